import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, TargetError } from '../contracts/errors.ts';
import type { Watchdog } from './watchdog.ts';

/** How a process ended: an exit code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A long-running process of the embedded target. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Null while it runs. */
  readonly exit: Exit | null;
  /** Settles when the process has ended, whoever ended it. Never rejects. */
  readonly exited: Promise<Exit>;
  /** True once `stop` was called: an end after that is no failure. */
  readonly stopping: boolean;
  /** The last lines of the log, as they are: redact before showing them. */
  logTail(lines?: number): Promise<string>;
  /** Sends the signals in turn, each with its patience, until the process has ended. Safe to call twice. */
  stop(): Promise<void>;
}

/** The signals that end a process, each with the milliseconds to wait before the next one; SIGKILL comes last. */
export type StopSteps = readonly { signal: NodeJS.Signals; patienceMs: number }[];

export interface ServerOptions {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The user to run as, when it is not the current one. */
  identity?: { uid: number; gid: number } | null;
  cwd: string;
  logFile: string;
  watchdog: Watchdog;
  crashSignal: 'KILL' | 'QUIT';
  stopSteps: StopSteps;
}

/**
 * Starts a process in a group of its own, so that a Ctrl-C in the terminal does not end it before our teardown
 * has used it, and has the watchdog end it when we crash.
 *
 * @throws TargetError when the command cannot be started.
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const log = await open(options.logFile, 'a', 0o600);
  let child: ChildProcess;
  let forget: () => void;
  try {
    child = spawn(options.command, [...options.args], {
      cwd: options.cwd,
      env: { ...options.env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(options.identity ? { uid: options.identity.uid, gid: options.identity.gid } : {}),
    });
    // In the same tick as the spawn: there is no moment at which a crash would leave the process behind.
    forget = child.pid === undefined ? () => {} : options.watchdog.supervise(child.pid, options.crashSignal);
    await once(child, 'spawn');
  } catch (error) {
    throw new TargetError(`${options.name} cannot be started: ${messageOf(error)}`, [], error);
  } finally {
    await log.close();
  }
  return supervised(child, options, forget);
}

function supervised(child: ChildProcess, options: ServerOptions, forget: () => void): ServerProcess {
  let exit: Exit | null = null;
  let stopped: Promise<void> | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      forget();
      resolve(exit);
    });
  });
  // Running servers do not keep our process alive; when it ends without `stop`, the watchdog ends them.
  child.unref();
  return {
    name: options.name,
    pid: child.pid as number,
    logFile: options.logFile,
    exited,
    get exit() {
      return exit;
    },
    get stopping() {
      return stopped !== undefined;
    },
    async logTail(lines = 12) {
      const text = await readFile(options.logFile, 'utf8').catch(() => '');
      return text.trimEnd().split('\n').slice(-lines).join('\n');
    },
    stop() {
      stopped ??= stopBySteps(child, exited, options.stopSteps);
      return stopped;
    },
  };
}

async function stopBySteps(child: ChildProcess, exited: Promise<Exit>, steps: StopSteps): Promise<void> {
  child.ref();
  for (const { signal, patienceMs } of steps) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const timer = new AbortController();
    const timedOut = delay(patienceMs, true, { signal: timer.signal }).catch(() => false);
    const late = await Promise.race([exited.then(() => false), timedOut]);
    timer.abort();
    if (!late) return;
  }
  child.kill('SIGKILL');
  await exited;
}

/** "exit code 1" or "signal SIGKILL". */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}
