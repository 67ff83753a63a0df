import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { implicationsOf } from '../../../../target/staging/postgrest-version.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const page = readFileSync(path.join(root, 'docs/staging.md'), 'utf8');

/** A version and a processor that each line of the table is about. */
const examples: Record<string, [string, string][]> = {
  '12.x, 13.0.0 to 13.0.4': [
    ['12.2.3', 'aarch64'],
    ['13.0.4', 'x86_64'],
  ],
  '13.0.5 and later 13.x': [['13.0.8', 'x86_64']],
  '14.x for x86-64': [['14.17', 'x86_64']],
  '14.x for other processors': [['14.17', 'aarch64']],
  '16.0 and later': [['16.2', 'x86_64']],
};

it('the page has the table of hidden retries that the code has', () => {
  for (const [line, versions] of Object.entries(examples)) {
    for (const [version, machine] of versions) {
      const { serialization, deadlock } = implicationsOf(version, machine);
      expect(page).toContain(`| ${line} | ${serialization} | ${deadlock} |`);
    }
  }
});

it('the page explains every variable of .env.example', () => {
  const variables = Object.keys(parseEnv(readFileSync(path.join(root, '.env.example'), 'utf8')));
  expect(variables).toHaveLength(5);
  for (const variable of variables) expect(page).toContain(`| \`${variable}\` |`);
});
