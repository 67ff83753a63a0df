import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { manifestSchema } from '../../../contracts/manifest.ts';
import type { TeardownResult } from '../../../contracts/teardown-result.ts';
import { verdictSchema } from '../../../contracts/verdict.ts';
import { type TestRun, testRunSchema } from '../../../distribute/test-run.ts';
import { readHistory } from '../../../history/read.ts';
import { segmentsOf } from '../../../runners/segments.ts';
import { resolveK6 } from '../../../target/k6/resolve.ts';
import { freePort } from '../../../target/ports.ts';
import { type Ended, runFolderIn, runProgram, start, temporaryFolder, verdicts } from './program.ts';

const run = promisify(execFile);

/**
 * The whole way of a distributed run but for the cluster: prepared on a target that stays, distributed, run by plain k6
 * processes with the arguments and the environment of the manifest, as the operator starts them, collected and judged.
 */
describe('a run whose load others make', () => {
  const out = temporaryFolder();
  const connection = path.join(out, 'target.json');
  const runs = path.join(out, 'runs');
  const logs: string[] = [];
  let folder: string;
  let key: string;
  let testRun: TestRun;
  let collected: Ended;

  beforeAll(async () => {
    const target = start(['target', '--connection', connection]);
    await target.until(/connection file/);
    key = JSON.parse(readFileSync(connection, 'utf8')).secret_key;
    const prepare = ['prepare', 'hot-table', '--target', connection, '--runners', '2', '--seed', '21'];
    const prepared = await runProgram([...prepare, '--out', runs]);
    expect(prepared.code, prepared.stderr).toBe(0);
    folder = runFolderIn(runs);
    const distributed = await runProgram(['distribute', folder]);
    expect(distributed.code, distributed.stderr).toBe(0);
    testRun = readTestRun(path.join(folder, 'distributed', '01-hot-table.yaml'));
    logs.push(...(await runAsTheOperatorDoes(testRun, folder, key, out)));
    collected = await runProgram([
      ...['collect', folder, '--target', connection, '--clock-error', '0'],
      ...['--runner-log', ...logs, '--json'],
    ]);
    return async () => {
      target.kill('SIGINT');
      await target.ended;
    };
  });

  it('passes every promise, over the records of both', async () => {
    const verdict = verdictSchema.parse(JSON.parse(collected.stdout));
    expect(collected.code, collected.stderr).toBe(0);
    expect(new Set(Object.values(verdicts(verdict)))).toEqual(new Set(['pass']));
    const { operations, anchors, incomplete } = await readHistory(path.join(folder, 'history'), verdict.run);
    expect([...anchors.keys()].sort()).toEqual(['hot-table-1', 'hot-table-2']);
    expect(incomplete.size).toBe(0);
    const planned = JSON.parse(readFileSync(path.join(folder, 'plan.json'), 'utf8'));
    const calls = planned.scenarios['hot-table'].rounds.flatMap((round: { calls: unknown[] }) => round.calls);
    expect(operations.length).toBe(calls.length);
  });

  it('began its rounds at one instant on both', async () => {
    const { operations } = await readHistory(path.join(folder, 'history'), readManifestOf(folder).run);
    const first = operations
      .filter(({ round }) => round?.round === 0)
      .map(({ round }) => round?.scheduled ?? 0);
    expect(Math.max(...first) - Math.min(...first)).toBeLessThan(1000);
  });

  it('leaves nothing behind', () => {
    const teardown = JSON.parse(readFileSync(path.join(folder, 'teardown.json'), 'utf8')) as TeardownResult;
    expect(teardown.performed).toBe(true);
    expect(teardown.left?.reduce((sum, { rows }) => sum + rows, 0)).toBe(0);
    expect(teardown.isolation).toMatchObject({ removed: true, problems: [] });
    expect(teardown.untagged_after).toEqual(teardown.untagged_before);
  });

  it('says in the manifest who made the load, and how well clocks are known', () => {
    const manifest = readManifestOf(folder);
    expect(manifest.load).toMatchObject({ runners: 2, where: 'elsewhere' });
    expect(manifest.load.collected_at).not.toBeNull();
    expect(manifest.runs.map(({ runner, aborted }) => [runner, aborted])).toEqual([
      ['hot-table-1', null],
      ['hot-table-2', null],
    ]);
    for (const { clock } of manifest.runs) expect(clock?.error_ms).toBeLessThan(5);
  });

  it('counted a log that was given twice, and lines that are none, without being misled', () => {
    expect(collected.stderr).toMatch(
      / 640 calls of 2 of 2 load generators; \d+ lines twice, taken once; \d+ lines without a record/,
    );
    expect(collected.stderr).toMatch(/records were cut off: runner-1\.log:\d+\n/);
  });

  it('has no key in any file for the cluster', () => {
    for (const name of readdirSync(path.join(folder, 'distributed'))) {
      expect(readFileSync(path.join(folder, 'distributed', name)).includes(key), name).toBe(false);
    }
  });

  it('is not collected twice: its rows are gone', async () => {
    const again = await runProgram(['collect', folder, '--target', connection, '--runner-log', ...logs]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('was collected and torn down already');
    expect(existsSync(path.join(folder, 'verdict.json'))).toBe(true);
  });
});

function readManifestOf(folder: string) {
  return manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')));
}

function readTestRun(file: string): TestRun {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
  return testRunSchema.parse(documents.at(-1));
}

/** Initializer, runners and starter of the operator, with plain k6. @returns a log of each runner, one of them twice */
async function runAsTheOperatorDoes(
  { spec, metadata }: TestRun,
  folder: string,
  key: string,
  out: string,
): Promise<string[]> {
  const k6 = (await resolveK6()).path;
  const archive = path.join(folder, 'distributed', '01-hot-table.tar');
  const args = spec.arguments?.split(' ') ?? [];
  const looked = path.join(out, 'looked-at.tar');
  const begun = Date.now();
  await run(k6, ['archive', archive, '-O', looked, ...args]);
  const { stdout } = await run(k6, ['inspect', '--execution-requirements', looked]);
  // A set-up that waits for the start would otherwise be cut off.
  expect(JSON.parse(stdout)).toMatchObject({ maxVUs: 16, setupTimeout: '1h0m0s' });
  // Two of them get ready meanwhile; reading the archive twice says how fast this machine is.
  const startAt = new Date(Date.now() + 5000 + 3 * (Date.now() - begun)).toISOString();
  const environment = Object.fromEntries(
    (spec.runner?.env ?? []).map((variable) => [
      variable.name,
      'value' in variable ? variable.value : variable.name === 'SUPABASE_SECRET_KEY' ? key : startAt,
    ]),
  );
  const segments = segmentsOf(spec.parallelism);
  const ports = await Promise.all(segments.map(() => freePort()));
  const ends = segments.map(async ({ segment, sequence }, index) => {
    const log = path.join(out, `runner-${index + 1}.log`);
    const child = spawn(
      k6,
      [
        ...['run', '--quiet', `--execution-segment=${segment}`, `--execution-segment-sequence=${sequence}`],
        ...[...args, archive, `--address=127.0.0.1:${ports[index]}`, '--paused'],
        ...['--tag', `instance_id=${index + 1}`, '--tag', `job_name=${metadata.name}-${index + 1}`],
      ],
      { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    // The platform keeps both in one log.
    const stream = createWriteStream(log);
    child.stdout.pipe(stream, { end: false });
    child.stderr.pipe(stream, { end: false });
    const [code] = await once(child, 'close');
    stream.end();
    await once(stream, 'finish');
    expect(code, readFileSync(log, 'utf8').slice(0, 2000)).toBe(0);
    return log;
  });
  for (const port of ports) await unpause(port ?? 0);
  const logs = await Promise.all(ends);
  appendFileSync(logs[0] ?? '', 'the pod was deleted\n{"v":1,"run":"cut o');
  const copy = path.join(out, 'again.log');
  writeFileSync(copy, readFileSync(logs[1] ?? ''));
  return [...logs, copy];
}

/** As the operator's starter does. */
async function unpause(port: number): Promise<void> {
  const body = JSON.stringify({
    data: { attributes: { paused: false, stopped: false }, id: 'default', type: 'status' },
  });
  for (const deadline = Date.now() + 60_000; ; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body,
    }).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`k6 did not resume: ${answer?.status ?? 'no answer'}`);
    await delay(50);
  }
}
