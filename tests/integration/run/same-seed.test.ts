import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Operation } from '../../../history/operation.ts';
import { runFolderIn, runProgram, temporaryFolder } from './program.ts';

const scenarios = ['merge', 'idempotency', 'churn'];
let folders: string[];

/** Two runs of one seed; they have tags and moments of their own. */
beforeAll(async () => {
  folders = [];
  for (let round = 0; round < 2; round += 1) {
    const out = temporaryFolder();
    const { code, stderr } = await runProgram(['run', ...scenarios, '--seed', '77', '--out', out]);
    expect(code, stderr).toBe(0);
    folders.push(runFolderIn(out));
  }
});

const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8');

/** Ids without the tag, windows as milliseconds after the plan's first day. */
function withoutTagAndMoment(folder: string, text: string): string {
  const { tag, anchor } = JSON.parse(read(folder, 'plan.json')) as { tag: string; anchor: string };
  const day = Date.parse(anchor.slice(0, 10));
  return text
    .replaceAll(tag, 'TAG')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) => String(Date.parse(instant) - day));
}

/** What each process asked for, in its order. An unknown outcome gives a process a new number, so users are told by index. */
function requests(folder: string): string[] {
  return scenarios.flatMap((scenario) => {
    const lines = read(folder, `history/${scenario}.ndjson`).trim().split('\n');
    const operations = lines.map((line) => JSON.parse(line) as Operation).filter((line) => 'f' in line);
    const plan = JSON.parse(read(folder, 'plan.json')).scenarios[scenario] as {
      settings: { processes: number };
    };
    return operations
      .map(({ process, index, f, input, expect: promised }) => ({
        user: process % plan.settings.processes,
        index,
        call: JSON.stringify({ scenario, f, input, promised }),
      }))
      .sort((a, b) => a.user - b.user || a.index - b.index)
      .map(({ user, index, call }) => `${user} ${index} ${withoutTagAndMoment(folder, call)}`);
  });
}

it('the same seed gives the same sequence of requests for each process', () => {
  const [first = [], second = []] = folders.map(requests);
  expect(first.length).toBeGreaterThan(500);
  expect(second).toEqual(first);
});

it('lost replies are unknown to the client, and the repetition is answered', () => {
  for (const folder of folders) {
    const lines = read(folder, 'history/idempotency.ndjson').trim().split('\n');
    const operations = lines.map((line) => JSON.parse(line) as Operation).filter((line) => 'f' in line);
    const lost = operations.filter(({ type }) => type === 'info');
    expect(lost.length).toBeGreaterThan(0);
    for (const { http, input } of lost) {
      expect(http).toBe(0);
      const repeated = operations.find(
        (other) => other.retry === 1 && JSON.stringify(other.input) === JSON.stringify(input),
      );
      expect(repeated?.class).toMatch(/^(ok|conflict)$/);
    }
  }
});

it('what was watched is in the run folder', () => {
  for (const folder of folders) {
    expect(readdirSync(path.join(folder, 'observations')).sort()).toEqual(
      scenarios.flatMap((name) => [`${name}.ndjson`, `${name}.counters.json`]).sort(),
    );
  }
});
