import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readDurations } from '../../../runners/durations.ts';
import { spanOf } from '../../../runners/span.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ts-span-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function history(name: string, ...lines: object[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"cut`);
  return file;
}

const anchor = { anchor: true, wall_ms: Date.UTC(2026, 10, 27) };

it('says when a load generator was at work, and whether it came to its end', async () => {
  const calls = [
    { f: 'assign', t0: 1e9, t1: 3e9 },
    { f: 'status', t0: 1e9, t1: 2e9 },
  ];
  expect(await spanOf(history('whole', anchor, ...calls, { end: true }))).toEqual({
    from: '2026-11-27T00:00:00.000Z',
    until: '2026-11-27T00:00:03.000Z',
    ended: true,
    calls: 2,
  });
  expect(await spanOf(history('cut', anchor))).toMatchObject({ ended: false, calls: 0 });
  expect(await spanOf(path.join(folder, 'none'))).toEqual({
    from: null,
    until: null,
    ended: false,
    calls: 0,
  });
});

it('collects the durations of calls over several files, in order, a missing one aside', async () => {
  const files = [
    history('one', anchor, { f: 'assign', t0: 0, t1: 5e6 }, { f: 'status', t0: 0, t1: 1e6 }),
    history('two', { f: 'assign', t0: 1e6, t1: 2e6 }),
    path.join(folder, 'none'),
  ];
  const durations = await readDurations(files);
  expect([...(durations.get('assign_duration') ?? [])]).toEqual([1, 5]);
  expect([...(durations.get('status_duration') ?? [])]).toEqual([1]);
});
