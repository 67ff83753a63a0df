import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runFolderIn, runProgram, temporaryFolder } from './program.ts';

/** A complete run of the smallest scenario, copied for each damage. */
let original: string;

beforeAll(async () => {
  const out = temporaryFolder();
  const { code, stderr } = await runProgram(['run', 'smoke', '--seed', '4', '--out', out]);
  expect(code, stderr).toBe(0);
  original = runFolderIn(out);
});

const history = (folder: string): string => path.join(folder, 'history', 'smoke.ndjson');

function editJson(file: string, change: (data: Record<string, unknown>) => void): void {
  const data = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(data);
  writeFileSync(file, JSON.stringify(data));
}

const file = (folder: string, name: string): string => path.join(folder, name);

const damages: { name: string; damage: (folder: string) => void; code: number; line: RegExp }[] = [
  {
    name: 'history whose last line is cut off',
    damage: (folder) => truncateSync(history(folder), readFileSync(history(folder)).length - 120),
    code: 4,
    line: /the last line was cut off|did not come to its end/,
  },
  {
    name: 'history that lost its second half at a line',
    damage: (folder) => {
      const lines = readFileSync(history(folder), 'utf8').split('\n');
      writeFileSync(history(folder), `${lines.slice(0, 20).join('\n')}\n`);
    },
    code: 4,
    line: /did not come to its end/,
  },
  {
    name: 'empty history',
    damage: (folder) => writeFileSync(history(folder), ''),
    code: 4,
    line: /the history holds no operation|is empty/,
  },
  {
    name: 'history of another run',
    damage: (folder) => {
      const text = readFileSync(history(folder), 'utf8');
      writeFileSync(history(folder), text.replaceAll(/"run":"[0-9a-f]{8}"/g, '"run":"00000000"'));
    },
    code: 2,
    line: /smoke\.ndjson:1: belongs to run 00000000/,
  },
  {
    name: 'history that is something else',
    damage: (folder) => writeFileSync(history(folder), 'time,status\n1,200\n2,200\n'),
    code: 2,
    line: /smoke\.ndjson:1: is no valid JSON/,
  },
  {
    name: 'a record with a wrong field',
    damage: (folder) => {
      const lines = readFileSync(history(folder), 'utf8').split('\n');
      lines[3] = (lines[3] ?? '').replace(/"t0":\d+/, '"t0":"early"');
      writeFileSync(history(folder), lines.join('\n'));
    },
    code: 2,
    line: /smoke\.ndjson:4: is no operation record: t0 \("early"\)/,
  },
  {
    name: 'a record that stands twice',
    damage: (folder) =>
      appendFileSync(history(folder), readFileSync(history(folder), 'utf8').split('\n')[1] ?? ''),
    code: 2,
    line: /smoke\/p0#0 is recorded twice/,
  },
  {
    name: 'manifest of a newer version',
    damage: (folder) =>
      editJson(path.join(folder, 'manifest.json'), (data) => {
        data.v = 7;
      }),
    code: 2,
    line: /manifest\.json: format version 7 is newer/,
  },
  {
    name: 'plan that is missing',
    damage: (folder) => writeFileSync(path.join(folder, 'plan.json'), '{'),
    code: 2,
    line: /plan\.json: is no valid JSON/,
  },
  {
    name: 'history file that is missing',
    damage: (folder) => rmSync(history(folder)),
    code: 4,
    line: /its history file is missing/,
  },
  {
    name: 'final state that was cut at a line',
    damage: (folder) => {
      const lines = readFileSync(file(folder, 'final-state.ndjson'), 'utf8').split('\n');
      writeFileSync(file(folder, 'final-state.ndjson'), `${lines.slice(0, 30).join('\n')}\n`);
    },
    code: 4,
    line: /the final state was not read/,
  },
  {
    name: 'final state that is empty',
    damage: (folder) => writeFileSync(file(folder, 'final-state.ndjson'), ''),
    code: 4,
    line: /the final state was not read/,
  },
  {
    name: 'history that agrees with itself but holds less than planned',
    damage: (folder) => {
      const lines = readFileSync(history(folder), 'utf8').trimEnd().split('\n');
      const end = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
      const kept = [...lines.slice(0, 20), JSON.stringify({ ...end, begun: 19, recorded: 19 })];
      writeFileSync(history(folder), `${kept.join('\n')}\n`);
    },
    code: 1,
    line: /planned calls of smoke have no record/,
  },
  {
    name: 'plan of another run',
    damage: (folder) =>
      editJson(file(folder, 'plan.json'), (data) => {
        data.tag = 'abcdef12';
      }),
    code: 2,
    line: /plan\.json: belongs to run abcdef12/,
  },
  {
    name: 'teardown of another run',
    damage: (folder) =>
      editJson(file(folder, 'teardown.json'), (data) => {
        data.run = 'abcdef12';
      }),
    code: 2,
    line: /teardown\.json: belongs to run abcdef12/,
  },
  {
    name: 'proof of teardown that leaves tables out',
    damage: (folder) =>
      editJson(file(folder, 'teardown.json'), (data) => {
        data.left = (data.left as unknown[]).slice(0, 1);
      }),
    code: 4,
    line: /was not looked at both before and after/,
  },
  {
    name: 'final state with a damaged row',
    damage: (folder) =>
      appendFileSync(path.join(folder, 'final-state.ndjson'), '{"table":"allocations","row":{}}\n'),
    code: 2,
    line: /final-state\.ndjson:\d+: is no row of a final state/,
  },
];

describe('verify on a damaged run folder', () => {
  it.each(damages)('$name: exit $code', async ({ damage, code, line }) => {
    const folder = path.join(temporaryFolder(), 'run');
    cpSync(original, folder, { recursive: true });
    damage(folder);
    const ended = await runProgram(['verify', folder]);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(line);
  });
});
