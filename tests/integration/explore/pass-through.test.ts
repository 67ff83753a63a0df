import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { sampled } from '../proof.ts';

/** So few tests only, and not all files were run. */
const MIN_TESTS = 5;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = path.join('tests', 'integration', 'reference');

describe('with yields that nobody schedules, the reference application behaves as without', async () => {
  const names = await readdir(path.join(root, folder));
  // The patches look for texts that yields stand in the middle of.
  const files = names.filter((name) => name.endsWith('.test.ts') && name !== 'broken.test.ts').sort();

  it('all of its own tests pass', async () => {
    const chosen = sampled(files, 2).map((name) => path.join(folder, name));
    const { exitCode, stdout } = await execa(
      'npx',
      ['vitest', 'run', '--project', 'database', '--reporter', 'json', ...chosen],
      { cwd: root, env: { TABLE_STRESS_REFERENCE: 'instrumented' }, reject: false },
    );
    const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
      testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
    };
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(tests.length).toBeGreaterThanOrEqual(MIN_TESTS);
    expect(exitCode).toBe(0);
  }, 600_000);
});
