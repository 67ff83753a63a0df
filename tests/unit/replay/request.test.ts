import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StressError, UsageError } from '../../../contracts/errors.ts';
import type { Manifest } from '../../../contracts/manifest.ts';
import { refuseOtherFunctions } from '../../../scripts/replay/choose-source.ts';
import { checkReplay, type ReplayOptions } from '../../../scripts/replay/request.ts';
import { histories, recordedRun } from './recorded.ts';
import { writeRecorded } from './write-recorded.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'table-stress-replay-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const failed = histories['no-lock-no-constraint'].script;

/** A run folder in which the manifest says something else. */
async function folder(change: Partial<Manifest> = {}, script: string = failed): Promise<string> {
  const root = await mkdtemp(path.join(parent, 'run-'));
  const run = recordedRun(script);
  await writeRecorded({ ...run, manifest: { ...run.manifest, ...change } }, root);
  return root;
}

const check = (root: string, options: Partial<ReplayOptions> = {}) =>
  checkReplay(root, { tries: '10', seconds: '5', allow: [], copy: [], ...options });

const refusal = async (...args: Parameters<typeof check>): Promise<StressError> => {
  const error = await check(...args).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return error as StressError;
};

it('replays all that the verdict keeps, or the one that was named', async () => {
  const root = await folder();
  const all = await check(root);
  expect(all.wanted.map(({ invariant }) => invariant)).toContain('no-double-booking');
  expect(all.patience).toEqual({ tries: 10, milliseconds: 5000 });
  const [first] = (await check(root, { violation: '1' })).wanted;
  expect(first).toEqual(all.violations[0]);
});

describe('refused is', () => {
  it.each([
    [{ violation: '99' }, /--violation 99: there is none, they are numbered 1 to \d/],
    [{ violation: '0' }, /--violation 0: is not a whole number/],
    [{ violation: 'two' }, /--violation two: is not a whole number/],
    [{ tries: '-1' }, /--tries -1: is not a whole number/],
    [{ seconds: '1.5' }, /--seconds 1.5: is not a whole number/],
  ] as const)('%j', async (options, message) => {
    expect((await refusal(await folder(), options)).message).toMatch(message);
  });

  it('a run without a violation', async () => {
    const root = await folder({}, 'p0 0..9 assign b1 t1 -> ok\nfinal b1 t1');
    expect((await refusal(root)).message).toMatch(/no violation to replay/);
  });

  it('a folder that is none', async () => {
    const root = path.join(parent, 'empty');
    await mkdir(root);
    await writeFile(path.join(root, 'something'), '');
    expect((await refusal(root)).message).toMatch(/no run folder/);
  });
});

describe('the application of the run', () => {
  const migrations = { applied: 3, failed: [], skipped_statements: 0 };
  const local = { kind: 'local', description: 'local', migrations: null } as const;

  it.each([
    ['migrations of its own', { target: { ...local, migrations } }, /migrations of its own/],
    ['a hosted project', { target: { ...local, kind: 'staging' } }, /hosted project/],
  ] as const)('has to be named after %s', async (_, change, message) => {
    const root = await folder(change);
    const error = await refusal(root);
    expect(error.message).toMatch(message);
    expect(error.fixes.join()).toContain('--migrations');
    expect((await check(root, { migrations: 'app/migrations' })).migrations).toBe(
      path.resolve('app/migrations'),
    );
  });

  it('is not named where the run put a defect into the reference', async () => {
    const root = await folder({ broken: 'key-ignored' });
    expect((await refusal(root, { migrations: 'app' })).message).toMatch(/--migrations/);
    expect((await check(root)).migrations).toBeNull();
  });

  it('must have the functions that the run tested, unless it was named', () => {
    const isolation = { fingerprint: 'a' } as NonNullable<Manifest['isolation']>;
    const manifest = { ...recordedRun(failed).manifest, isolation };
    expect(() => refuseOtherFunctions(manifest, 'b', null)).toThrow(/other functions/);
    expect(() => refuseOtherFunctions(manifest, 'b', 'app')).not.toThrow();
    expect(() => refuseOtherFunctions(manifest, 'a', null)).not.toThrow();
  });
});
