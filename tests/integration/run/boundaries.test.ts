import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { boundaryObservationSchema } from '../../../contracts/boundary-observation.ts';
import { openRunFolder } from '../../../contracts/run-folder.ts';
import { setClock } from '../../../isolate/clock/clock.ts';
import { writeConnection } from '../../../target/attach.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { startEmbedded } from '../../../target/embedded.ts';
import { Effects } from '../../../verify/effects.ts';
import { refreshedLooks } from '../../../verify/freshness/stepped-rule.ts';
import { readRunData } from '../../../verify/run-data.ts';
import {
  readManifest,
  readVerdict,
  root,
  runFolderIn,
  runProgram,
  start,
  temporaryFolder,
  thresholdsWith,
  verdicts,
} from './program.ts';

/** Fewer windows than the quick profile has, and still every policy, with and without guests. */
const smallThresholds = (): string =>
  thresholdsWith(({ profiles }) => {
    profiles.quick.scenarios['window-boundary'].stepped = { tables: 9, windows_per_table: 8 };
  });

/** More windows than any machine steps across before it is interrupted. */
const manyWindows = (): string =>
  thresholdsWith(({ profiles }) => {
    profiles.quick.scenarios['window-boundary'].stepped = { tables: 48, windows_per_table: 45 };
  });

const virtual = (...more: string[]): string[] => [
  ...['run', 'window-boundary', '--clock', 'virtual', '--thresholds', smallThresholds(), ...more],
];

function linesOf(out: string): string[] {
  return readFileSync(path.join(runFolderIn(out), 'boundaries.ndjson'), 'utf8')
    .trim()
    .split('\n');
}

async function brokenRun(variant: string, promise: string) {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await runProgram(virtual('--broken', variant, '--out', out));
  expect(code, stderr + stdout).toBe(1);
  const broken = readVerdict(out).invariants.find(({ id }) => id === promise);
  expect(broken?.verdict).toBe('fail');
  return { out, broken };
}

describe('boundaries on the virtual clock', () => {
  it('are stepped across exactly, judged from files, and reported', async () => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await runProgram(virtual('--seed', '4', '--out', out));
    expect(code, stderr + stdout).toBe(0);
    const verdict = readVerdict(out);
    expect(verdicts(verdict)).toMatchObject({
      'status-rule': 'pass',
      'status-fresh': 'pass',
      isolated: 'pass',
    });
    const lines = linesOf(out);
    const observations = lines.slice(0, -1).map((line) => boundaryObservationSchema.parse(JSON.parse(line)));
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ end: true, observations: observations.length });
    expect(new Set(observations.map(({ status }) => status))).toEqual(
      new Set(['available', 'reserved', 'occupied']),
    );
    // Nobody waited for the days that went by.
    const instants = observations.map(({ at }) => Date.parse(at));
    expect((instants.at(-1) ?? 0) - (instants[0] ?? 0)).toBeGreaterThan(86_400_000);
    const [measured] = verdict.measurements.filter(({ scenario }) => scenario === 'window-boundary');
    expect(measured?.values.every_blocked_max_most_ms).toBeLessThanOrEqual(1000);
    expect(measured?.values.every_blocked_max_least_ms).toBe(measured?.values.every_blocked_max_most_ms);
    expect(measured?.values.on_read_blocked_max_most_ms).toBe(0);
    expect(measured?.values.none_blocked_still_stale).toBeGreaterThan(0);
    expect(stdout).toContain('a table stayed blocked after its window for');
    const report = readFileSync(path.join(runFolderIn(out), 'report.html'), 'utf8');
    expect(report).toContain('cron.schedule');
    const again = await runProgram(['verify', runFolderIn(out)]);
    expect(again.code, again.stderr).toBe(0);
  });

  it('stale-refresh breaks status-fresh there', async () => {
    const { broken } = await brokenRun('stale-refresh', 'status-fresh');
    expect(broken?.violations[0]?.title).toMatch(
      /^under a refresh every 1 s, table window-boundary\/\d+ was still (available|reserved|occupied) \d/,
    );
  });

  it.each(['legacy-refresh', 'status-never-refreshed', 'closed-upper-bound'])(
    '%s breaks status-rule there, whatever the status matrix finds besides',
    async (variant) => {
      const { out } = await brokenRun(variant, 'status-rule');
      const run = await readRunData(await openRunFolder(runFolderIn(out)));
      const [violation] = refreshedLooks(run, new Effects(run))?.violations ?? [];
      expect(violation?.title).toMatch(
        /right after a refresh, but the rule gives .*: the virtual clock stood at/,
      );
    },
  );

  it('are not crossed to the end by a run that is interrupted, which proves nothing', async () => {
    const out = temporaryFolder();
    const program = start([
      ...['run', 'window-boundary', '--clock', 'virtual', '--thresholds', manyWindows(), '--out', out],
    ]);
    await program.until(/\d+ of \d+ instants/);
    program.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(verdicts(readVerdict(out))).toMatchObject({ 'status-fresh': 'unknown' });
    expect(linesOf(out).length).toBeGreaterThan(1);
    expect(linesOf(out).some((line) => line.includes('"end":true'))).toBe(false);
  });

  it('leave a schema that stays with a clock that shows the real time, for the next run', async () => {
    const target = await startEmbedded({ migrations: path.join(root, 'reference', 'migrations') });
    try {
      const connection = path.join(temporaryFolder(), 'target.json');
      await writeConnection(connection, target);
      const made = await runProgram(['isolate', '--clock', 'virtual', '--target', connection]);
      expect(made.code, made.stderr).toBe(0);
      const shownTime = async (): Promise<number> => {
        const answer = await fetch(`${target.restUrl}/rpc/now`, {
          headers: {
            apikey: target.secretKey,
            authorization: `Bearer ${target.secretKey}`,
            'accept-profile': 'table_stress',
          },
        });
        return Date.parse((await answer.json()) as string);
      };
      const out = temporaryFolder();
      const first = await runProgram(virtual('--target', connection, '--out', out));
      expect(first.code, first.stderr + first.stdout).toBe(0);
      expect(readManifest(out).isolation).toMatchObject({ made: 'before', clock: 'virtual' });
      expect(Math.abs((await shownTime()) - Date.now())).toBeLessThan(60_000);
      // As a run that was killed leaves it.
      const sql = await connectDatabase(target.databaseUrl, 'test');
      await setClock(sql, 'table_stress', { frozenAt: '2031-01-01T00:00:00Z' });
      await sql.end();
      const args = ['run', 'smoke', '--clock', 'virtual', '--target', connection, '--out', temporaryFolder()];
      const second = await runProgram(args);
      expect(second.code, second.stderr + second.stdout).toBe(0);
      expect(Math.abs((await shownTime()) - Date.now())).toBeLessThan(60_000);
    } finally {
      await target.stop();
    }
  });
});
