import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { followHistory } from '../../../scripts/run/follow-history.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ts-follow-'));
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
  await expect.poll(() => lines.length, { timeout: 5000 }).toBe(2);
  appendFileSync(file, 'ss":"conflict"}\n');
  await unfollow();
  expect(lines).toEqual(['{"anchor":true}', '{"class":"ok"}', '{"class":"conflict"}']);
  expect(shown.at(-1)).toBe('2 calls: 1 ok, 1 conflict');
});

it('a file that never appears is no error', async () => {
  const unfollow = followHistory([path.join(folder, 'none')], () => {});
  await expect(unfollow()).resolves.toBeUndefined();
});
