import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeptViolation } from '../../../contracts/kept-violations.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { applyBroken } from '../../../reference/broken.ts';
import type { Copy } from '../../../replay/copy.ts';
import { type Replayed, replayViolation } from '../../../replay/replay.ts';
import { removeRows } from '../../../replay/try-once.ts';
import { type OpenCopy, openCopy } from '../../../scripts/replay/open-copy.ts';
import type { RunData } from '../../../verify/run-data.ts';
import { histories, recordedRun, violationOf, violationsOf } from '../../unit/replay/recorded.ts';
import { playAtBarrier, playInOneSession, type Shown } from './play-script.ts';

/** The one that takes a constraint away comes last: the others can be undone by putting a function back. */
const ids = [
  'acked-not-written',
  'key-ignored',
  'hold-ignored',
  'partial-merge',
  'no-lock-no-constraint',
] as const;

let opened: OpenCopy;
beforeAll(async () => {
  const signal = new AbortController().signal;
  const options = { migrations: null, allow: [], copyRows: [], progress: () => {}, signal };
  opened = await openCopy(recordedRun(histories['key-ignored'].script).manifest, options);
});
afterAll(() => opened?.close());

const replay = (copy: Copy, run: RunData, kept: KeptViolation, tries: number): Promise<Replayed> =>
  replayViolation(copy, run, kept, {
    patience: () => ({ tries, milliseconds: 60_000 }),
    progress: () => {},
    signal: new AbortController().signal,
    command: () => 'npm run stress -- replay runs/latest',
  });

/** Scripts are played on the deployed schema, by a plain client; calls that overlapped take several. */
const play = (id: (typeof ids)[number], script: string | null) =>
  (id === 'no-lock-no-constraint' ? playAtBarrier : playInOneSession)(opened.databaseUrl, script ?? '');

/** Sessions that begin together may still not meet, as the script says: then it is played again. */
async function playUntilShown(id: (typeof ids)[number], script: string | null): Promise<Shown> {
  for (let time = 1; ; time += 1) {
    const shown = await play(id, script);
    if (shown.contradictions > 0 || id !== 'no-lock-no-constraint' || time === 100) return shown;
  }
}

/** Rows of the run, and schemas of scripts, in the deployed schema. */
async function leftBehind(): Promise<unknown> {
  const [row] = await opened.copy.sql`
    select (select count(*)::int from public.bookings) as bookings,
           (select count(*)::int from public.audit_log) as audited,
           (select count(*)::int from pg_namespace where nspname = 'table_stress_repro') as notes`;
  return row;
}

describe('with a correct application', () => {
  it.each(ids)('what %s broke is kept, and its script shows nothing', async (id) => {
    const { invariant, script } = histories[id];
    const run = recordedRun(script);
    const { repro, script: text } = await replay(opened.copy, run, violationOf(run, invariant), 8);
    expect(repro).toMatchObject({ result: 'not reproduced', found: null });
    expect(repro.tries).toBeGreaterThanOrEqual(2);
    const shown = await play(id, text);
    expect(shown.answers.length).toBeGreaterThan(0);
    expect(shown.contradictions, shown.answers.join()).toBe(0);
    expect(await leftBehind()).toEqual({ bookings: 0, audited: 0, notes: 0 });
  });
});

describe('with a defect in the application', () => {
  /** The deployed schema, into which the defect goes. */
  let deployed: Copy;
  let correct: string;
  beforeAll(async () => {
    const { sql, source } = opened.copy;
    deployed = { ...opened.copy, schema: source, tables: await describeFromCatalog(sql, source) };
    const [row] = await sql`
      select pg_get_functiondef(p.oid) as definition from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = ${source} and p.proname = 'assign_tables_atomic_v2'`;
    correct = row?.definition;
  });

  /** Of half of the bookings an assignment is not written: one of those. */
  async function affected(run: RunData, id: (typeof ids)[number]): Promise<KeptViolation> {
    const { invariant } = histories[id];
    if (id !== 'acked-not-written') return violationOf(run, invariant);
    for (const kept of violationsOf(run, invariant)) {
      const [operation] = kept.violation.operations;
      const booking = operation && 'booking_id' in operation.input ? operation.input.booking_id : '';
      const [row] = await opened.copy.sql`select hashtext(${booking}) % 2 as rest`;
      if (row?.rest === 0) return kept;
    }
    throw new Error('no booking is affected');
  }

  it.each(ids)('%s breaks its promise again, and the script shows it', async (id) => {
    await deployed.sql.unsafe(correct);
    await applyBroken(deployed.sql, id);
    const run = recordedRun(histories[id].script);
    const { repro, script } = await replay(deployed, run, await affected(run, id), 100);
    const { invariant } = histories[id];
    expect(repro).toMatchObject({
      invariant,
      result: 'reproduced',
      script: `repro/${repro.number}-${invariant}.sql`,
    });
    expect(repro.found?.length).toBeGreaterThan(20);
    // What the last try left: scripts write the same rows.
    await removeRows(deployed, run);
    const shown = await playUntilShown(id, script);
    expect(shown.contradictions, shown.answers.join()).toBeGreaterThan(0);
    expect(await leftBehind()).toEqual({ bookings: 0, audited: 0, notes: 0 });
  });
});
