import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ExitCode, UsageError } from '../../../contracts/errors.ts';
import { parseJson, readJson, writeJson } from '../../../contracts/json-file.ts';
import { scratchFolder } from './scratch-folder.ts';

const schema = z.strictObject({ v: z.literal(1), runs: z.array(z.strictObject({ name: z.string() })) });
const good = { v: 1, runs: [{ name: 'a' }] };

function errorOf(text: string): UsageError {
  try {
    parseJson('some/manifest.json', text, schema, 1);
  } catch (error) {
    return error as UsageError;
  }
  throw new Error('the text was accepted');
}

it('gives what a good file holds', () => {
  expect(parseJson('manifest.json', JSON.stringify(good), schema, 1)).toEqual(good);
});

describe('a bad file', () => {
  const long = 'x'.repeat(200);
  it.each([
    ['{"v":1,', 'is no valid JSON: ', 'restore the file'],
    ['', 'is no valid JSON: ', 'restore the file'],
    ['{"v":2}', 'format version 2 is newer than this program knows (1)', 'use the version of table-stress'],
    ['{"v":0,"runs":[]}', 'v (0): ', 'correct that field'],
    ['{"v":1}', 'runs (missing): ', 'correct that field'],
    ['{"v":1,"runs":[{"name":7}]}', 'runs.0.name (7): ', 'correct that field'],
    ['{"v":1,"runs":[{"name":null}]}', 'runs.0.name (null): ', 'correct that field'],
    [`{"v":1,"runs":"${long}"}`, `runs ("${long.slice(0, 59)}…): `, 'correct that field'],
    ['{"v":1,"runs":[],"extra":1}', '"extra"', 'correct that field'],
    ['null', 'the whole (null): ', 'correct that field'],
    ['7', 'the whole (7): ', 'correct that field'],
    [
      '{"v":1,"runs":[1,2,3,4,5]}',
      'runs.2 (3): Invalid input: expected object, received number; and 2 more',
      '',
    ],
  ])('%.40s is refused with file, field, value and what to do', (text, problem, fix) => {
    const error = errorOf(text);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.exitCode).toBe(ExitCode.usage);
    expect(error.message).toMatch(/^some\/manifest\.json: /);
    expect(error.message).toContain(problem);
    expect(error.fixes.join()).toContain(fix);
  });

  it('that is not there is named', async () => {
    const file = path.join(await scratchFolder(), 'manifest.json');
    await expect(readJson(file, schema, 1)).rejects.toThrow(`${file}: cannot be read (ENOENT`);
    await expect(readJson(file, schema, 1)).rejects.toThrow(UsageError);
  });
});

it('what is written is read again, and leaves no other file', async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, 'manifest.json');
  await writeFile(file, 'the old file, longer than the new one'.repeat(10));
  await writeJson(file, good);
  expect(await readJson(file, schema, 1)).toEqual(good);
  expect(await readFile(file, 'utf8')).toMatch(/\}\n$/);
  expect(await readdir(folder)).toEqual(['manifest.json']);
});
