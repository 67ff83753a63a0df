import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { startTogether } from '../../../scripts/run/start-together.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ts-together-'));
const files = ['rush-1.ndjson', 'rush-2.ndjson'].map((name) => path.join(folder, name));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] });
  return () => vi.useRealTimers();
});

const never = new AbortController().signal;

/** Ends when it is told to. */
const untilStopped = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped'), { once: true }));

it('tells all the same instant, and waits for all', async () => {
  const starts: number[] = [];
  const launch = async (index: number, startAt: number): Promise<string> => {
    starts.push(startAt);
    writeFileSync(files[index] as string, '{"anchor":true}\n');
    return `end of ${index}`;
  };
  const ends = await startTogether({ files, planBytes: 0, launch, signal: never, say: () => {} });
  expect(ends).toEqual(['end of 0', 'end of 1']);
  expect(starts).toEqual([1_003_000, 1_003_000]);
});

it('starts all again, with more time, when one is not ready', async () => {
  const starts: number[] = [];
  const said: string[] = [];
  const launch = async (index: number, startAt: number, signal: AbortSignal): Promise<string> => {
    if (index === 0) starts.push(startAt - Date.now());
    if (index === 0 || starts.length > 1) writeFileSync(files[index] as string, '{"anchor":true}\n');
    else vi.setSystemTime(startAt - 200);
    return starts.length > 1 ? 'done' : untilStopped(signal);
  };
  const ends = await startTogether({
    files,
    planBytes: 10_000_000,
    launch,
    signal: never,
    say: (line) => said.push(line),
  });
  expect(ends).toEqual(['done', 'done']);
  // Two who read ten megabytes each need two seconds more.
  expect(starts).toEqual([5000, 10_000]);
  expect(said).toEqual(['  not every load generator was ready after 5 s: starting them again']);
});

it('starts all again when one came so late that it failed by itself', async () => {
  let attempts = 0;
  const launch = async (index: number, startAt: number, signal: AbortSignal): Promise<string> => {
    if (index === 0) attempts += 1;
    const attempt = attempts;
    writeFileSync(files[index] as string, '{"anchor":true}\n');
    if (attempt > 1) return 'done';
    if (index === 0) return untilStopped(signal);
    // The machine stood still past the start.
    vi.setSystemTime(startAt + 1500);
    throw new Error('the agreed start was 1500 ms ago');
  };
  const ends = await startTogether({ files, planBytes: 0, launch, signal: never, say: () => {} });
  expect(ends).toEqual(['done', 'done']);
  expect(attempts).toBe(2);
});

it('ends the others when one fails, and says why it failed', async () => {
  const stopped: string[] = [];
  const launch = async (index: number, _: number, signal: AbortSignal): Promise<string> => {
    if (index === 1) throw new Error('k6 failed with exit code 107');
    stopped.push(await untilStopped(signal));
    return 'stopped';
  };
  const together = startTogether({ files, planBytes: 0, launch, signal: never, say: () => {} });
  await expect(together).rejects.toThrow('exit code 107');
  expect(stopped).toEqual(['stopped']);
});

it('gives up when they are never ready', async () => {
  const launch = async (_: number, startAt: number, signal: AbortSignal): Promise<string> => {
    const end = untilStopped(signal);
    vi.setSystemTime(startAt);
    return end;
  };
  const together = startTogether({ files, planBytes: 0, launch, signal: never, say: () => {} });
  await expect(together).rejects.toThrow('were not ready within 96 s');
});

it('ends with the interrupt', async () => {
  const controller = new AbortController();
  const launch = (_: number, __: number, signal: AbortSignal): Promise<string> => {
    setTimeout(() => controller.abort(), 20);
    return untilStopped(signal);
  };
  const together = startTogether({ files, planBytes: 0, launch, signal: controller.signal, say: () => {} });
  await expect(together).rejects.toThrow();
});
