import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Suspends a process and its children for a while, as a machine that stalls would. PostgreSQL's server processes are
 * children of its first one, each in a session of its own, so that no signal to a group reaches them all.
 *
 * @param milliseconds how long
 */
export async function suspend(pid: number, milliseconds: number, signal?: AbortSignal): Promise<void> {
  const stopped = new Set<number>();
  try {
    send(pid, 'SIGSTOP', stopped);
    // The first one forks no more now.
    for (const child of await childrenOf(pid)) send(child, 'SIGSTOP', stopped);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  } finally {
    for (const each of [...stopped].toReversed()) send(each, 'SIGCONT', new Set());
  }
}

function send(pid: number, signal: NodeJS.Signals, sent: Set<number>): void {
  try {
    process.kill(pid, signal);
    sent.add(pid);
  } catch {
    // It has ended meanwhile.
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid as number);
}
