import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { FaultEvent } from '../../../contracts/faults.ts';
import { readFaults } from '../../../contracts/read-faults.ts';
import { faultBands } from '../../../report/statistics/fault-bands.ts';
import { scratchFolder } from '../contracts/scratch-folder.ts';

const event: FaultEvent = {
  v: 1,
  run: 'abcdef01',
  scenario: 'rush',
  kind: 'crash',
  began_at: '2026-06-01T12:00:01.500Z',
  ended_at: '2026-06-01T12:00:02.000Z',
  hit: null,
  problem: null,
};

async function fileOf(...lines: unknown[]): Promise<string> {
  const file = path.join(await scratchFolder(), 'faults.ndjson');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

it('faults come back as they were written; a run without any has no file', async () => {
  expect(await readFaults(await fileOf(event, { ...event, kind: 'pause' }), event.run)).toEqual([
    event,
    { ...event, kind: 'pause' },
  ]);
  expect(await readFaults(path.join(await scratchFolder(), 'faults.ndjson'), event.run)).toEqual([]);
});

it.each([
  [{ ...event, kind: 'flood' }, /faults\.ndjson:1: kind \("flood"\)/],
  [{ ...event, run: 'abcdef02' }, /faults\.ndjson:1: belongs to run abcdef02/],
  [{ ...event, v: 2 }, /format version 2 is newer/],
])('refuses a line that is not what it should be', async (line, message) => {
  await expect(readFaults(await fileOf(line), event.run)).rejects.toThrow(message);
});

it('a fault has its place on the time line of its scenario', () => {
  const timeline = { scenario: 'rush', origin: Date.parse('2026-06-01T12:00:01.000Z'), span: 4000 };
  const open = { ...event, ended_at: null, kind: 'pause' as const };
  const faults = [event, { ...event, scenario: 'churn' as const }, open, { ...event, began_at: null }];
  expect(faultBands(timeline, faults)).toEqual([
    { number: 1, kind: 'crash', from: 500, to: 1000, hit: null },
    { number: 2, kind: 'pause', from: 500, to: 4000, hit: null },
  ]);
  expect(faultBands({ ...timeline, origin: null }, faults)).toEqual([]);
});
