import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { root, runProgram, temporaryFolder } from './program.ts';

const thresholds = (): Record<string, unknown> =>
  structuredClone(readThresholds(path.join(root, 'thresholds.json'))) as unknown as Record<string, unknown>;

function thresholdsFile(text: string): string {
  const file = path.join(temporaryFolder(), 'thresholds.json');
  writeFileSync(file, text);
  return file;
}

/** What the user types, the exit code, and a line that must be shown. */
const cases: {
  name: string;
  args: () => string[];
  code: number;
  line: RegExp;
  env?: Record<string, string>;
}[] = [
  { name: 'help', args: () => ['--help'], code: 0, line: /Usage: table-stress/ },
  { name: 'help of a command', args: () => ['run', '--help'], code: 0, line: /Examples:/ },
  { name: 'version', args: () => ['--version'], code: 0, line: /^\d+\.\d+\.\d+/m },
  { name: 'no command', args: () => [], code: 2, line: /Usage: table-stress/ },
  { name: 'unknown command', args: () => ['rnu'], code: 2, line: /unknown command 'rnu'/ },
  { name: 'unknown option', args: () => ['run', '--fast'], code: 2, line: /unknown option '--fast'/ },
  {
    name: 'unknown scenario',
    args: () => ['run', 'hot-tabel'],
    code: 2,
    line: /scenario hot-tabel: unknown/,
  },
  {
    name: 'unknown profile',
    args: () => ['run', '--profile', 'huge'],
    code: 2,
    line: /--profile huge: unknown/,
  },
  {
    name: 'capacity with an SLO that is no number',
    args: () => ['capacity', '--slo-p95', 'fast'],
    code: 2,
    line: /--slo-p95 fast: is not a number of milliseconds/,
  },
  {
    name: 'a damaged capacity compared',
    args: () => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, 'capacity.json'), '{"v": 1}');
      return ['compare', folder, folder];
    },
    code: 2,
    line: /capacity\.json: kind \(missing\)/,
  },
  {
    name: 'export without a format',
    args: () => ['export', 'runs/latest'],
    code: 2,
    line: /required option '--format <name>'/,
  },
  {
    name: 'export in an unknown format',
    args: () => ['export', 'runs/latest', '--format', 'csv'],
    code: 2,
    line: /--format csv: unknown/,
  },
  {
    name: 'export of no run folder',
    args: () => ['export', temporaryFolder(), '--format', 'jepsen'],
    code: 2,
    line: /no run folder/,
  },
  {
    name: 'unknown fault',
    args: () => ['run', '--faults', 'crash,flood'],
    code: 2,
    line: /--faults flood: unknown/,
  },
  {
    name: 'faults on a target that is not ours',
    args: () => ['run', '--faults', '--target', 'staging'],
    code: 2,
    line: /--faults works on the local target only/,
  },
  {
    name: 'more load generators than virtual users',
    args: () => ['run', 'soak', '--runners', '31'],
    code: 2,
    line: /--runners 31: soak has 30 virtual users/,
  },
  {
    name: 'a load elsewhere on a target that ends at once',
    args: () => ['prepare', 'smoke', '--target', 'local'],
    code: 2,
    line: /--target local: an embedded target ends with the command/,
  },
  {
    name: 'an image without a version',
    args: () => ['distribute', temporaryFolder(), '--image', 'grafana/k6'],
    code: 2,
    line: /--image grafana\/k6: names no version/,
  },
  {
    name: 'collect without a log',
    args: () => ['collect', 'runs/latest'],
    code: 2,
    line: /required option '--runner-log <file...>'/,
  },
  {
    name: 'unknown broken variant',
    args: () => ['broken', 'no-such-thing'],
    code: 2,
    line: /There is no broken variant "no-such-thing"/,
  },
  {
    name: 'jobs that are no number',
    args: () => ['broken', '--jobs', 'many'],
    code: 2,
    line: /--jobs many: is not a whole number/,
  },
  {
    name: 'time to explore that is none',
    args: () => ['run', '--explore', 'hot-table'],
    code: 2,
    line: /--explore hot-table: is no whole number of seconds/,
  },
  { name: 'seed that is no number', args: () => ['run', '--seed', 'abc'], code: 2, line: /--seed abc/ },
  { name: 'seed out of range', args: () => ['run', '--seed', '99999999999'], code: 2, line: /--seed 9{2}/ },
  {
    name: 'unknown broken variant',
    args: () => ['run', '--broken', 'nope'],
    code: 2,
    line: /no-lock-no-constraint/,
  },
  {
    name: 'staging, not configured',
    args: () => ['run', '--target', 'staging'],
    code: 2,
    line: /SUPABASE_URL, TABLE_STRESS_PROJECT_REF, SUPABASE_SECRET_KEY .*: not set/,
  },
  {
    name: 'an address as target',
    args: () => ['run', '--target', 'https://abcdefghijklmnopqrst.supabase.co'],
    code: 2,
    line: /--target: takes no address/,
  },
  {
    name: 'the deployed schema as the isolated one',
    args: () => ['run', '--schema', 'public'],
    code: 2,
    line: /--schema public: is the deployed schema/,
  },
  {
    name: "Supabase's schema as the isolated one",
    args: () => ['run', '--schema', 'auth'],
    code: 2,
    line: /--schema auth: belongs to PostgreSQL or Supabase/,
  },
  {
    name: 'schema that is no plain name',
    args: () => ['isolate', '--schema', 'Table Stress'],
    code: 2,
    line: /--schema Table Stress: is no plain name/,
  },
  {
    name: 'unknown clock',
    args: () => ['isolate', '--clock', 'sundial'],
    code: 2,
    line: /--clock sundial: unknown/,
  },
  {
    name: 'table to copy that is not there',
    args: () => ['isolate', '--copy', 'nothing'],
    code: 2,
    line: /--copy nothing: no such table in schema public/,
  },
  {
    name: 'connection file missing',
    args: () => ['run', '--target', 'nowhere.json'],
    code: 2,
    line: /nowhere\.json/,
  },
  {
    name: 'connection file that leads elsewhere',
    args: () => {
      const file = path.join(temporaryFolder(), 'target.json');
      const url = 'https://abcdefghijklmnopqrst.supabase.co';
      const connection = { v: 1, description: '', supabase_url: url, rest_url: url, secret_key: 'key' };
      writeFileSync(
        file,
        JSON.stringify({ ...connection, database_url: 'postgres://db.example.com', versions: {} }),
      );
      return ['run', '--target', file];
    },
    code: 2,
    line: /supabase_url \(not shown\): must be on this machine/,
  },
  {
    name: 'thresholds that are no JSON',
    args: () => ['run', '--thresholds', thresholdsFile('{"v": 1,')],
    code: 2,
    line: /thresholds\.json: is no valid JSON/,
  },
  {
    name: 'thresholds with a wrong value',
    args: () => {
      const data = thresholds();
      (data.progress as Record<string, unknown>).max_transient_share = 'none';
      return ['run', '--thresholds', thresholdsFile(JSON.stringify(data))];
    },
    code: 2,
    line: /progress\.max_transient_share \("none"\)/,
  },
  {
    name: 'thresholds without a profile',
    args: () => {
      const data = thresholds();
      delete (data.profiles as Record<string, unknown>).soak;
      return ['run', '--thresholds', thresholdsFile(JSON.stringify(data))];
    },
    code: 2,
    line: /profiles\.soak \(missing\)/,
  },
  {
    name: 'thresholds of a newer version',
    args: () => ['run', '--thresholds', thresholdsFile(JSON.stringify({ ...thresholds(), v: 99 }))],
    code: 2,
    line: /format version 99 is newer/,
  },
  { name: 'verify without a folder', args: () => ['verify'], code: 2, line: /missing required argument/ },
  { name: 'verify of nothing', args: () => ['verify', 'nowhere'], code: 2, line: /no such run folder/ },
  {
    name: 'verify of another folder',
    args: () => ['verify', root],
    code: 2,
    line: /it has no manifest\.json/,
  },
  { name: 'report of nothing', args: () => ['report', 'nowhere'], code: 2, line: /no such run folder/ },
  { name: 'teardown of what', args: () => ['teardown'], code: 2, line: /either --run TAG or --all/ },
  {
    name: 'teardown of no tag',
    args: () => ['teardown', '--run', 'xyz'],
    code: 2,
    line: /is no tag of a run/,
  },
  {
    name: 'K6_BIN that is no k6',
    args: () => ['run', 'smoke', '--out', temporaryFolder()],
    code: 2,
    line: /K6_BIN/,
    env: { K6_BIN: '/bin/true' },
  },
  { name: 'doctor', args: () => ['doctor'], code: 0, line: /✔ Node\.js/ },
  {
    name: 'doctor with broken thresholds',
    args: () => ['doctor', '--thresholds', thresholdsFile('[]')],
    code: 2,
    line: /✖ thresholds/,
  },
];

describe('command line', () => {
  it.each(cases)('$name: exit $code', async ({ args, code, line, env }) => {
    const ended = await runProgram(args(), env ? { env } : {});
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(line);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it('says so when the run folder cannot be written', async () => {
    const parent = temporaryFolder();
    const file = path.join(parent, 'file');
    writeFileSync(file, '');
    const ended = await runProgram(['run', 'smoke', '--out', path.join(file, 'runs')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/--out .*the run folder cannot be written/);
  });

  it.skipIf(process.getuid?.() === 0)('says so when the folder is read-only', async () => {
    const parent = path.join(temporaryFolder(), 'locked');
    mkdirSync(parent);
    chmodSync(parent, 0o500);
    const ended = await runProgram(['run', 'smoke', '--out', parent]);
    expect(ended.code).toBe(2);
  });
});
