import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { Shape } from './callers.ts';
import type { Measured } from './judge.ts';
import { plantDoubleBooking } from './plant.ts';
import { writeRun } from './write-run.ts';

/**
 * How long `table-stress verify` takes, and how much memory, from disk to verdict: runs of a correct application in memory,
 * and one with a planted double booking, each verified in a process of its own. Figures are in docs/performance.md.
 *
 *   npm run bench:verify               all of them; takes minutes
 *   npm run bench:verify -- slot       those whose name holds the word
 */
const usual = { processes: 50, pairsOneIn: 20, unknownOneIn: 200 };
const callers: Shape = {
  ...usual,
  operations: 100_000,
  processes: 200,
  tables: 4,
  bookings: 2_000,
  windows: 20,
};
const runs: { name: string; shape: Shape; planted?: boolean }[] = [
  {
    name: '100,000 operations, 50 tables',
    shape: { ...usual, operations: 100_000, tables: 50, bookings: 2_000, windows: 2_000 },
  },
  {
    name: '1,000,000 operations, 500 tables',
    shape: { ...usual, operations: 1_000_000, tables: 500, bookings: 20_000, windows: 2_000 },
  },
  {
    name: '100,000 operations on one slot',
    shape: { ...usual, operations: 100_000, tables: 1, bookings: 500, windows: 1 },
  },
  { name: '200 processes on 4 tables', shape: callers },
  { name: '200 processes on 4 tables, a double booking', shape: callers, planted: true },
];

const root = await mkdtemp(path.join(tmpdir(), 'ts-bench-verify-'));
try {
  print(`${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}`);
  print(row('run', 'wall s', 'cpu s', 'MB', 'load', 'linearizable', 'broken'));
  for (const { name, shape, planted } of runs) {
    if (!name.includes(process.argv[2] ?? '')) continue;
    const folder = await writeRun(path.join(root, 'run'), shape);
    if (planted) await plantDoubleBooking(folder.historyOf('window-boundary'), shape.operations / 2);
    const judge = path.join(import.meta.dirname, 'judge.ts');
    const { stdout } = await execa(process.execPath, ['--import', 'tsx', judge, folder.root]);
    const measured = JSON.parse(stdout) as Measured;
    const [wall, cpu, memory] = [measured.wall_s, measured.cpu_s, measured.resident_mb];
    const load = loadavg()[0] ?? 0;
    print(
      row(
        name,
        wall.toFixed(1),
        cpu.toFixed(1),
        memory.toFixed(0),
        load.toFixed(1),
        measured.linearizable,
        measured.broken.join(', ') || 'none',
      ),
    );
    print(`    cpu s: ${partsOf(measured)}`);
    await rm(folder.root, { recursive: true });
  }
} finally {
  await rm(root, { recursive: true, force: true });
}

function partsOf({ parts_s }: Measured): string {
  return Object.entries(parts_s)
    .filter(([, seconds]) => seconds >= 0.05)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`)
    .join(', ');
}

function row(name: string, ...cells: string[]): string {
  const widths = [8, 8, 6, 6, 14, 0];
  return [name.padEnd(46), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))].join(' ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
