import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followHistory } from '../../../scripts/run/follow-history.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ts-follow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('hands on each line once, in order, and the last ones at the end', async () => {
  const file = path.join(folder, 'smoke.ndjson');
  const lines: string[] = [];
  const shown: string[] = [];
  const unfollow = followHistory(
    [file],
    (text) => shown.push(text),
    (line) => lines.push(line),
  );
  appendFileSync(file, '{"anchor":true}\n{"class":"ok"}\n{"cla');
  await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(2);
  appendFileSync(file, 'ss":"conflict"}\n');
  await unfollow();
  expect(lines).toEqual(['{"anchor":true}', '{"class":"ok"}', '{"class":"conflict"}']);
  // A machine that paused has a rate to show as well.
  expect(shown.at(-1)).toMatch(/^2 calls: 1 ok, 1 conflict(;|$)/);
});

it('adds up what several load generators write', async () => {
  const files = ['rush-1.ndjson', 'rush-2.ndjson'].map((name) => path.join(folder, name));
  const shown: string[] = [];
  const unfollow = followHistory(files, (text) => shown.push(text));
  appendFileSync(files[0] ?? '', '{"class":"ok"}\n');
  appendFileSync(files[1] ?? '', '{"class":"ok"}\n{"class":"conflict"}\n');
  await unfollow();
  expect(shown.at(-1)).toMatch(/^3 calls: 2 ok, 1 conflict(;|$)/);
});

it('a file that never appears is no error', async () => {
  const unfollow = followHistory([path.join(folder, 'none')], () => {});
  await expect(unfollow()).resolves.toBeUndefined();
});
