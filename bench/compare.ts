import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compare, usualLimits } from '../compare/compare.ts';
import { readSide, type Side } from '../compare/read-side.ts';
import { percentile } from '../contracts/percentile.ts';
import { RunFolder } from '../contracts/run-folder.ts';

/**
 * How often two runs of the same thing compare as equal, and how often a function that is 30 % slower is found:
 * `npm run bench:compare [pairs]`.
 */
const root = path.resolve(import.meta.dirname, '..');
const pairs = Number(process.argv[2] ?? 20);
const work = await mkdtemp(path.join(tmpdir(), 'table-stress-compare-'));
try {
  const same: Side[] = [];
  for (let index = 0; index <= pairs; index += 1)
    same.push(await run(`same-${index}`, path.join(root, 'reference', 'migrations')));
  report(
    'the same thing',
    same.slice(1).map((side, index) => compare(same[index] as Side, side, usualLimits)),
  );
  const slower = await slowerMigrations(medianOf(same[0] as Side));
  const changed: Side[] = [];
  for (let index = 0; index < 5; index += 1) changed.push(await run(`slower-${index}`, slower));
  report(
    '30 % slower',
    changed.map((side, index) => compare(same[index] as Side, side, usualLimits)),
  );
} finally {
  await rm(work, { recursive: true, force: true });
}

async function run(name: string, migrations: string): Promise<Side> {
  const out = path.join(work, name);
  const child = spawn(
    process.execPath,
    [...process.execArgv, path.join(root, 'scripts', 'cli.ts'), 'run', 'hot-table', 'rush', 'soak'].concat([
      '--migrations',
      migrations,
      '--seed',
      '5',
      '--no-replay',
      '--out',
      out,
    ]),
    { stdio: ['ignore', 'ignore', 'ignore'], cwd: root },
  );
  await once(child, 'exit');
  const [folder] = (await readdir(out)).filter((entry) => entry !== 'latest');
  process.stderr.write(`${name} done\n`);
  return readSide(new RunFolder(path.join(out, folder ?? '')));
}

/** Milliseconds. */
function medianOf({ groups }: Side): number {
  const soak = groups.find(({ scenario, f }) => scenario === 'soak' && f === 'assign');
  return percentile(Float64Array.from(soak?.durations ?? [3]).sort(), 0.5);
}

/** The reference, with a pause in each assignment of 30 % of what one takes. */
async function slowerMigrations(median: number): Promise<string> {
  const folder = path.join(work, 'migrations');
  await cp(path.join(root, 'reference', 'migrations'), folder, { recursive: true });
  const sql = `DO $do$
DECLARE v text := pg_get_functiondef('public.assign_tables_atomic_v2'::regproc);
BEGIN
  EXECUTE replace(v, '-- 1. The set', 'PERFORM pg_sleep(${((median * 0.3) / 1000).toFixed(5)}); -- 1. The set');
END $do$;`;
  await writeFile(path.join(folder, '20270101000000_slower.sql'), sql);
  return folder;
}

function report(name: string, comparisons: readonly ReturnType<typeof compare>[]): void {
  const counts = new Map<string, number>();
  for (const { overall } of comparisons) {
    const change = overall?.change ?? 'nothing';
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  const ratios = comparisons.map(({ overall }) => overall?.ratio.estimate.toFixed(2) ?? '-').join(' ');
  process.stdout.write(
    `${name}: ${[...counts].map(([change, count]) => `${count} ${change}`).join(', ')} of ${comparisons.length}; ratios ${ratios}\n`,
  );
}
