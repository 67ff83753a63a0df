import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { sampled } from '../proof.ts';

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
      ['vitest', 'run', '--project', 'integration', '--reporter', 'json', ...chosen],
      { cwd: root, env: { TABLE_STRESS_REFERENCE: 'instrumented' }, reject: false },
    );
    const result = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    expect(result).toMatchObject({ numFailedTests: 0 });
    expect(result.numPassedTests).toBeGreaterThan(10);
    expect(exitCode).toBe(0);
  }, 600_000);
});
