import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { Manifest } from '../../../contracts/manifest.ts';
import type { Verdict } from '../../../contracts/verdict.ts';

export const root = path.resolve(import.meta.dirname, '../../..');

/** A running table-stress, started as a user would, in a process of its own. */
export interface Program {
  pid: number;
  /** Everything on standard error so far. */
  shown(): string;
  /** Resolves when standard error matches. */
  until(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function start(args: string[], options: { env?: Record<string, string>; cwd?: string } = {}): Program {
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
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid as number,
    shown: () => stderr,
    until: async (pattern) => {
      for (;;) {
        if (pattern.test(stderr)) return;
        const over = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
        if (over && !pattern.test(stderr)) throw new Error(`ended before ${pattern}:\n${stderr}`);
      }
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}

export function runProgram(args: string[], options?: Parameters<typeof start>[1]): Promise<Ended> {
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

/** The only run folder below `out`. */
export function runFolderIn(out: string): string {
  const [name] = readdirSync(out).filter((entry) => entry !== 'latest');
  if (name === undefined) throw new Error(`no run folder in ${out}`);
  return path.join(out, name);
}

export function readVerdict(out: string): Verdict {
  return JSON.parse(readFileSync(path.join(runFolderIn(out), 'verdict.json'), 'utf8')) as Verdict;
}

export function readManifest(out: string): Manifest {
  return JSON.parse(readFileSync(path.join(runFolderIn(out), 'manifest.json'), 'utf8')) as Manifest;
}

/** Verdict by invariant. */
export function verdicts(verdict: Verdict): Record<string, string> {
  return Object.fromEntries(verdict.invariants.map((result) => [result.id, result.verdict]));
}
