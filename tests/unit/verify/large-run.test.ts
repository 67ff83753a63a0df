import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { plantDoubleBooking } from '../../../bench/verify/plant.ts';
import { writeRun } from '../../../bench/verify/write-run.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import { type ReadRange, readRange } from '../../../history/columns/read-range.ts';
import { readHistory, readLargeHistory } from '../../../history/read.ts';
import { Thread } from '../../../history/threads/thread.ts';
import { type OrderInput, orderInput } from '../../../verify/linearizability/columns/input.ts';
import { findOrders, type Orders } from '../../../verify/linearizability/columns/orders.ts';
import { readRunData } from '../../../verify/run-data.ts';
import { judgeRun, verifyRun } from '../../../verify/verify.ts';

/** Large enough that records stay in columns, and that a thread helps. */
const shape = {
  operations: 24_000,
  processes: 20,
  tables: 20,
  bookings: 400,
  windows: 400,
  pairsOneIn: 20,
  unknownOneIn: 200,
};

let root: string;
let written: RunFolder;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'ts-large-'));
  written = await writeRun(path.join(root, 'run'), shape);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A copy of the run, which may be changed. */
async function largeRun(): Promise<RunFolder> {
  const copy = await mkdtemp(path.join(root, 'copy-'));
  await cp(written.root, copy, { recursive: true });
  return new RunFolder(copy);
}

async function expectSameVerdict(folder: RunFolder): Promise<string> {
  await verifyRun(folder);
  const withThread = await readFile(folder.verdict, 'utf8');
  const alone = judgeRun(await readRunData(folder));
  expect(JSON.parse(withThread)).toEqual(JSON.parse(JSON.stringify(alone)));
  expect(withThread).toBe(`${JSON.stringify(alone, null, 2)}\n`);
  return withThread;
}

it('gives the same verdict with a thread and columns as without', async () => {
  const verdict = await expectSameVerdict(await largeRun());
  expect(verdict).toContain('"linearizable"');
});

it('gives the same evidence of a planted double booking', async () => {
  const folder = await largeRun();
  await plantDoubleBooking(folder.historyOf('window-boundary'), 12_000);
  const verdict = JSON.parse(await expectSameVerdict(folder)) as Awaited<ReturnType<typeof verifyRun>>;
  const [found] = verdict.invariants;
  expect(found).toMatchObject({ id: 'no-double-booking', verdict: 'fail' });
  expect(found?.violations[0]?.operations).toHaveLength(2);
});

it('reads the same history with a thread, records in views or whole', async () => {
  const folder = await largeRun();
  const thread = Thread.start();
  onTestFinished(async () => thread?.end());
  const large = await readLargeHistory(folder.history, 'be7c4000', thread);
  const whole = await readHistory(folder.history, 'be7c4000');
  expect(JSON.stringify(large)).toBe(JSON.stringify(whole));
});

it('gets from a thread what it would get here, and its errors', async () => {
  const folder = await largeRun();
  const thread = Thread.start();
  onTestFinished(async () => thread?.end());
  // Where there is one core, there is no thread.
  if (!thread) return;
  const file = folder.historyOf('window-boundary');
  const range = { from: 1_000_000, to: 3_000_000 };
  const reader = new URL('../../../history/columns/read-range.ts', import.meta.url);
  const argument = { file, range, run: 'be7c4000' };
  const [there, here] = [
    await thread.run<ReadRange>(reader, 'readRange', argument),
    await readRange(argument),
  ];
  expect(there.count).toBeGreaterThan(1000);
  expect(there).toEqual(here);
  const input = orderInput(await readRunData(folder)) as OrderInput;
  const orders = new URL('../../../verify/linearizability/columns/orders.ts', import.meta.url);
  expect(await thread.run<Orders>(orders, 'findOrders', input)).toEqual(findOrders(input));
  const missing = { ...argument, file: `${file}.missing` };
  await expect(thread.run(reader, 'readRange', missing)).rejects.toThrow(/cannot be read \(ENOENT/);
});
