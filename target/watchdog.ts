import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { TargetError } from '../contracts/errors.ts';

/** Cleans up for a process that was killed before it could do so itself. See watchdog.sh. */
export interface Watchdog {
  readonly pid: number;
  /**
   * Has the process (and its process group, when it leads one) ended after a crash of ours. The signal is sent
   * first, SIGKILL some seconds later. Call what is returned when the process has ended: its id may be reused.
   */
  supervise(pid: number, signal?: 'KILL' | 'QUIT' | 'TERM'): () => void;
  /** Has the folder removed after a crash of ours. */
  removeFolder(path: string): void;
  /** Everything is cleaned up: the watchdog ends and does nothing. Safe to call twice. */
  dismiss(): Promise<void>;
}

/**
 * Starts a watchdog for this process.
 *
 * @throws TargetError when no shell can be started.
 */
export async function startWatchdog(): Promise<Watchdog> {
  const script = fileURLToPath(new URL('./watchdog.sh', import.meta.url));
  // Detached: in a group of its own, a Ctrl-C in the terminal reaches us but not the watchdog.
  const child = spawn('/bin/sh', [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new TargetError('Cannot start /bin/sh, which cleans up after a crash.', [], error);
  }
  const exited = once(child, 'exit');
  const pipe = child.stdin as Socket;
  // A watchdog that someone killed must not take the run with it.
  pipe.on('error', () => {});
  child.unref();
  pipe.unref();
  const tell = (line: string) => {
    if (pipe.writable) pipe.write(`${line}\n`);
  };
  let dismissed: Promise<void> | undefined;
  return {
    pid: child.pid as number,
    supervise(pid, signal = 'KILL') {
      tell(`process ${pid} ${signal}`);
      return () => tell(`forget ${pid}`);
    },
    removeFolder(path) {
      if (path.includes('\n')) throw new TargetError('A folder name must not contain a line break.');
      tell(`folder ${path}`);
    },
    dismiss() {
      dismissed ??= (async () => {
        child.ref();
        tell('done');
        pipe.end();
        if (child.exitCode === null && child.signalCode === null) await exited;
      })();
      return dismissed;
    },
  };
}
