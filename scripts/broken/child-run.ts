import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { projectRoot } from '../project.ts';

/** How a run ended. */
export interface ChildRun {
  /** Null: it came to no verdict. */
  verdict: Verdict | null;
  seconds: number;
  /** All that it printed, for a run that did not go as it should. */
  printed: string;
}

/**
 * Runs `table-stress run` in a process of its own, as a user would; it tears down by itself when the signal fires.
 *
 * @param out an empty folder, or one that is not there yet, for its run folder
 */
export async function childRun(args: readonly string[], out: string, signal: AbortSignal): Promise<ChildRun> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      path.join(projectRoot, 'scripts', 'cli.ts'),
      'run',
      ...args,
      '--no-replay',
      '--out',
      out,
    ],
    { cwd: projectRoot, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { verdict: await readVerdict(out), seconds: (performance.now() - started) / 1000, printed };
}

async function readVerdict(out: string): Promise<Verdict | null> {
  const names = (await readdir(out).catch(() => [])).filter((name) => name !== 'latest').sort();
  const last = names.at(-1);
  if (last === undefined) return null;
  const text = await readFile(path.join(out, last, 'verdict.json'), 'utf8').catch(() => null);
  return text === null ? null : verdictSchema.parse(JSON.parse(text));
}
