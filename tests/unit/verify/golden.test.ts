import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { invariantIds } from '../../../contracts/verdict.ts';
import { judgeRun, resultOf } from '../../../verify/verify.ts';
import { parseRun } from './script.ts';

/** Each file's name says which promise it speaks of, and the verdict: `<invariant>.<verdict>.<case>.txt`. */
const folder = path.join(import.meta.dirname, 'golden');
const files = readdirSync(folder);

describe('golden runs', () => {
  it.each(files)('%s', (file) => {
    const [id = '', verdict] = file.split('.');
    const result = resultOf(judgeRun(parseRun(readFileSync(path.join(folder, file), 'utf8'))), id as never);
    expect(result?.verdict, result?.summary).toBe(verdict);
    for (const violation of result?.violations ?? []) {
      expect(violation.steps.length).toBeGreaterThan(0);
      expect(violation.title).not.toBe('');
      expect(violation.repro).toContain('--seed');
    }
  });

  it.each(invariantIds)('%s has a golden run for pass and for its opposite', (id) => {
    // Too little contention is no broken promise.
    for (const verdict of ['pass', id === 'contended' ? 'unknown' : 'fail']) {
      expect(files.filter((file) => file.startsWith(`${id}.${verdict}.`)).length).toBeGreaterThan(0);
    }
  });
});
