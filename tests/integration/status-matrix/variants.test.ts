import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyBroken, listBroken } from '../../../reference/broken.ts';
import { scriptFiles } from '../../../status-matrix/matrix.ts';
import { type MatrixProject, startMatrixProject } from './project.ts';

const migrations = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));
/** Patches whose id is not the variant's name. */
const names: Record<string, string> = {
  'legacy-refresh': 'legacy',
  'status-never-refreshed': 'never-refreshed',
};
const variants = (await listBroken()).filter(({ expect: promise }) => promise === 'status-rule');

let project: MatrixProject;
let functions: string[];

beforeAll(async () => {
  project = await startMatrixProject(migrations);
  const rows = await project.sql<{ definition: string }[]>`
    select pg_get_functiondef(p.oid) as definition from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proname in ('refresh_table_status', 'follow_booking_status')`;
  functions = rows.map(({ definition }) => definition);
});
afterAll(() => project?.stop());
afterEach(async () => {
  for (const definition of functions) await project.sql.unsafe(definition);
});

it('there is a patch for every wrong variant that the contract names', () => {
  expect(variants.map(({ id }) => names[id] ?? id).sort()).toEqual([
    'closed-upper-bound',
    'counts-cancelled',
    'counts-shadows',
    'legacy',
    'never-refreshed',
    'shifted-by-utc-offset',
    'sticky-occupied',
    'sticky-out-of-service',
  ]);
});

describe.each(variants.map(({ id }) => [id, names[id] ?? id] as const))('%s', (id, name) => {
  it(`is called ${name} by what it does, and each of its scripts shows it`, async () => {
    await applyBroken(project.sql, id);
    const matrix = await project.matrix();
    expect(matrix.variant).toMatchObject({ names: [name], alternatives: [], clock: 'standing' });
    expect(matrix.verdict).toBe('fail');
    expect(scriptFiles(matrix).size).toBeGreaterThan(0);
    for (const { script, stored, case: one } of matrix.observations.filter((each) => each.script)) {
      const results = await project.sql.unsafe(script ?? '');
      const statuses = (results as unknown as { status?: string }[][]).flatMap((rows) =>
        rows.flatMap(({ status }) => status ?? []),
      );
      expect(statuses, `${one}\n${script}`).toEqual([stored]);
    }
    const [left] = await project.sql`select count(*)::int as rows from table_inventory`;
    expect(left).toEqual({ rows: 0 });
  });

  it(`is called ${name} on the virtual clock too`, async () => {
    await applyBroken(project.sql, id);
    const { variant, verdict } = await project.onClock();
    expect([variant.names, verdict]).toEqual([[name], 'fail']);
  });
});

it.each([[['sticky-occupied', 'counts-cancelled']], [['closed-upper-bound', 'sticky-out-of-service']]])(
  'a mixture is named by its parts: %j',
  async (ids) => {
    for (const id of ids) await applyBroken(project.sql, id);
    const { variant } = await project.inTransaction();
    expect([...variant.names].sort()).toEqual([...ids].sort());
    expect(variant.text).toMatch(/^a mixture of .* and /);
    expect(variant.alternatives).toEqual([]);
  },
);
