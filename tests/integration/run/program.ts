import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { type Diagnosis, diagnosisSchema } from '../../../contracts/diagnosis.ts';
import type { Manifest } from '../../../contracts/manifest.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import type { Thresholds } from '../../../contracts/thresholds.ts';
import type { Verdict } from '../../../contracts/verdict.ts';

export const root = path.resolve(import.meta.dirname, '../../..');

/** How long to wait for a run, milliseconds: less than a test may last, whose own end would not say where it stood. */
const PATIENCE = 170_000;

interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
  patienceMs?: number;
}

/** A running table-stress, started as a user would, in a process of its own. */
export interface Program {
  pid: number;
  /** Everything on standard error so far. */
  shown(): string;
  /** Resolves when standard error matches. */
  until(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Rejects, with all that was shown, when it takes too long from now on; the program is ended then. */
  readonly ended: Promise<Ended>;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function start(args: string[], options: StartOptions = {}): Program {
  const { patienceMs = PATIENCE } = options;
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'scripts/cli.ts'), ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const tooLong = (what: string): Error => {
    child.kill('SIGKILL');
    return new Error(`no ${what} in ${patienceMs} ms: table-stress ${args.join(' ')}\n${stderr}${stdout}`);
  };
  return {
    pid: child.pid as number,
    shown: () => stderr,
    until: async (pattern) => {
      const deadline = Date.now() + patienceMs;
      while (!pattern.test(stderr)) {
        const over = await Promise.race([closed, delay(50)]);
        if (over && !pattern.test(stderr)) throw new Error(`ended before ${pattern}:\n${stderr}`);
        if (Date.now() > deadline) throw tooLong(`${pattern}`);
      }
    },
    kill: (signal) => child.kill(signal),
    get ended() {
      const limit = new AbortController();
      const late = delay(patienceMs, undefined, { signal: limit.signal }).then(
        () => Promise.reject(tooLong('end')),
        () => closed,
      );
      return Promise.race([closed, late]).finally(() => limit.abort());
    },
  };
}

export function runProgram(args: string[], options?: StartOptions): Promise<Ended> {
  return start(args, options).ended;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that goes away after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ts-run-'));
  folders.push(folder);
  return folder;
}

/** The project's thresholds with a change, in a file of their own. */
export function thresholdsWith(change: (thresholds: Thresholds) => void): string {
  const thresholds = readThresholds(path.join(root, 'thresholds.json'));
  change(thresholds);
  const file = path.join(temporaryFolder(), 'thresholds.json');
  writeFileSync(file, JSON.stringify(thresholds));
  return file;
}

/**
 * Takes out of the thresholds what judges this machine together with the application: a correct application passes also
 * where the whole machine stands still for two seconds. An arrival then finds a virtual user all the same, a status may be
 * stale for longer and is watched until it is right again, and the last third of a window, in which guests are at their
 * table, lasts longer than that, together with the time by which windows begin apart.
 */
export function withPatience({ profiles, progress, freshness }: Thresholds): void {
  const { rush, soak, 'window-boundary': boundary } = profiles.quick.scenarios;
  rush.max_users = 140;
  soak.max_users = 90;
  boundary.window_ms = 3500;
  boundary.tail_ms = 4500;
  freshness.max_stale_ms = 3300;
  progress.max_wait_ms = 60_000;
}

/** A hot-table load that goes on for ten seconds, for what has to come while it does. */
export function withLongLoad({ profiles }: Thresholds): void {
  profiles.quick.scenarios['hot-table'].rounds = 70;
}

/** The only run folder below `out`. */
export function runFolderIn(out: string): string {
  const [name] = readdirSync(out).filter((entry) => entry !== 'latest');
  if (name === undefined) throw new Error(`no run folder in ${out}`);
  return path.join(out, name);
}

export function readVerdict(out: string): Verdict {
  return JSON.parse(readFileSync(path.join(runFolderIn(out), 'verdict.json'), 'utf8')) as Verdict;
}

export function readDiagnosis(out: string): Diagnosis {
  return diagnosisSchema.parse(
    JSON.parse(readFileSync(path.join(runFolderIn(out), 'diagnosis.json'), 'utf8')),
  );
}

export function readManifest(out: string): Manifest {
  return JSON.parse(readFileSync(path.join(runFolderIn(out), 'manifest.json'), 'utf8')) as Manifest;
}

/** Verdict by invariant. */
export function verdicts(verdict: Verdict): Record<string, string> {
  return Object.fromEntries(verdict.invariants.map((result) => [result.id, result.verdict]));
}
