import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ObservationWriter } from '../../../boundaries/observations.ts';
import { readBoundaries } from '../../../contracts/read-boundaries.ts';
import { table, tag } from '../verify/script.ts';
import { scratchFolder } from './scratch-folder.ts';

const observation = (at: string) =>
  ({ at, table_id: table('t1'), policy: 'every', refreshed: false, status: 'reserved' }) as const;
const [first, second] = ['2026-06-01T12:00:00.000001Z', '2026-06-01T12:00:00.000002Z'].map(observation);

async function written(end: boolean): Promise<string> {
  const file = path.join(await scratchFolder(), 'boundaries.ndjson');
  const writer = new ObservationWriter(file, tag);
  if (first) writer.add(first);
  if (second) writer.add(second);
  await (end ? writer.end() : writer.close());
  return file;
}

async function read(...lines: (object | string)[]) {
  const file = path.join(await scratchFolder(), 'boundaries.ndjson');
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(file, text.join('\n'));
  return readBoundaries(file, tag);
}

const line = { v: 1, run: tag, ...first };
const end = { v: 1, end: true, run: tag, observations: 1 };

it('what was written is read, in its order', async () => {
  const found = await readBoundaries(await written(true), tag);
  expect(found?.map(({ at }) => at)).toEqual([first?.at, second?.at]);
});

describe('nothing is what was not written to its end', () => {
  it('no file', async () => {
    expect(await readBoundaries(path.join(await scratchFolder(), 'none'), tag)).toBeNull();
  });
  it('no last line', async () => expect(await readBoundaries(await written(false), tag)).toBeNull());
  it('fewer lines than counted', async () =>
    expect(await read(line, { ...end, observations: 2 })).toBeNull());
  it('a last line that was cut off', async () => expect(await read(line, '{"v":1,"en')).toBeNull());
  it('an empty file', async () => expect(await read('')).toBeNull());
});

describe('what is no such file is refused, with line and field', () => {
  it.each([
    ['another run', [{ ...line, run: 'bbbbbbbb' }], ':1: belongs to run bbbbbbbb'],
    ['a newer format', [line, { ...line, v: 2 }], ':2: format version 2 is newer'],
    ['a wrong field', [{ ...line, policy: 'never' }, end], ':1: is no observation: policy ("never")'],
    ['an unknown field', [{ ...line, extra: 1 }, end], ':1: is no observation'],
    ['a line in between that is no JSON', ['{', line, end], ':1: is no valid JSON'],
  ])('%s', async (_, lines, message) => {
    await expect(read(...lines)).rejects.toThrow(message);
  });
});
