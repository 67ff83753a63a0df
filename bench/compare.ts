import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compare, usualLimits } from '../compare/compare.ts';
import { readSide, type Side } from '../compare/read-side.ts';
import type { Comparison } from '../contracts/comparison.ts';
import { percentile } from '../contracts/percentile.ts';
import { RunFolder } from '../contracts/run-folder.ts';

/**
 * How often two runs of the same thing are told apart, and how often a function that is 30 % slower is found:
 * `npm run bench:compare [pairs]`. Each run is compared with the one before it; the slower ones are spread among them, so
 * that a machine that changes its pace does so for both. About ten minutes for 20 pairs on two cores that do nothing else.
 */
const root = path.resolve(import.meta.dirname, '..');
const scenarios = ['hot-table', 'churn', 'soak'];
const reference = path.join(root, 'reference', 'migrations');
const pairs = Number(process.argv[2] ?? 20);
const slowerRuns = Math.min(5, pairs);
if (!Number.isInteger(pairs) || pairs < 1) throw new RangeError('bench:compare [pairs], 1 or more');

const work = await mkdtemp(path.join(tmpdir(), 'table-stress-compare-'));
try {
  let last = await run('same-0', reference);
  const slower = await slowerMigrations(medianOf(last));
  const same: Comparison[] = [];
  const changed: Comparison[] = [];
  for (let index = 1; index <= pairs; index += 1) {
    const next = await run(`same-${index}`, reference);
    same.push(compare(last, next, usualLimits));
    last = next;
    if (changed.length * pairs < index * slowerRuns)
      changed.push(compare(last, await run(`slower-${changed.length}`, slower), usualLimits));
  }
  const apart = same.filter(({ overall }) => overall?.change === 'slower' || overall?.change === 'faster');
  const found = changed.filter(({ overall }) => overall?.change === 'slower');
  report(`${apart.length} of ${same.length} pairs of the same thing told apart`, same);
  report(`${found.length} of ${changed.length} functions that are 30 % slower found`, changed);
} finally {
  await rm(work, { recursive: true, force: true });
}

async function run(name: string, migrations: string): Promise<Side> {
  const out = path.join(work, name);
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      path.join(root, 'scripts', 'cli.ts'),
      'run',
      ...scenarios,
      ...['--migrations', migrations, '--seed', '5', '--no-replay', '--out', out],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: root },
  );
  let shown = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const begun = performance.now();
  const [code] = (await once(child, 'close')) as [number | null];
  const [folder] = (await readdir(out).catch(() => [])).filter((entry) => entry !== 'latest');
  // Crossed thresholds and warnings of a busy machine do not matter here; no run at all does.
  if (folder === undefined) throw new Error(`${name}: exit code ${code}\n${shown}`);
  process.stderr.write(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  return readSide(new RunFolder(path.join(out, folder ?? '')));
}

/** Milliseconds. */
function medianOf({ groups }: Side): number {
  const soak = groups.find(({ scenario, f }) => scenario === 'soak' && f === 'assign');
  return percentile(Float64Array.from(soak?.durations ?? [3]).sort(), 0.5);
}

/**
 * The reference, with 30 % of what one assignment takes added to each, under its locks, as a slower function would have it.
 * It is spent at work: a sleep has whole milliseconds only.
 */
async function slowerMigrations(median: number): Promise<string> {
  const folder = path.join(work, 'migrations');
  await cp(reference, folder, { recursive: true });
  const sql = `CREATE FUNCTION public.work_for(p_ms float8) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_until timestamptz := clock_timestamp() + p_ms * interval '1 ms';
BEGIN
  WHILE clock_timestamp() < v_until LOOP END LOOP;
END $$;
DO $do$
DECLARE
  v_before text := pg_get_functiondef('public.assign_tables_atomic_v2'::regproc);
  v_after text := replace(v_before, '-- 8. Holds', 'PERFORM work_for(${(median * 0.3).toFixed(3)}); -- 8. Holds');
BEGIN
  ASSERT v_before <> v_after;
  EXECUTE v_after;
END $do$;`;
  await writeFile(path.join(folder, '20270101000000_slower.sql'), sql);
  return folder;
}

function report(title: string, comparisons: readonly Comparison[]): void {
  const counts = new Map<string, number>();
  for (const { overall } of comparisons) {
    const change = overall?.change ?? 'nothing';
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  const ratios = comparisons.map(({ overall }) => overall?.ratio.estimate.toFixed(2) ?? '-').join(' ');
  process.stdout.write(
    `${title} (${[...counts].map(([change, count]) => `${count} ${change}`).join(', ')}); ratios ${ratios}\n`,
  );
}
