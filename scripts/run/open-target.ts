import path from 'node:path';
import { UsageError } from '../../contracts/errors.ts';
import type { Progress } from '../../contracts/progress.ts';
import { attachTarget } from '../../target/attach.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../target/embedded.ts';
import type { Target } from '../../target/target.ts';
import { startWatchdog } from '../../target/watchdog.ts';
import { projectRoot } from '../project.ts';

/** A target with what a run needs besides its addresses. */
export interface OpenTarget {
  target: Target;
  /** Resolves when the target is lost although nobody stopped it; else stays pending. */
  lost: Promise<Error>;
  isLost: () => boolean;
  supervise: (pid: number) => () => void;
  /** It was started for this run, and its data end with it. */
  temporary: boolean;
  /** Logs of its servers, by name; empty where they cannot be reached. */
  logFiles: Readonly<Record<string, string>>;
  close(): Promise<unknown>;
}

/**
 * Opens what `--target` names: `local` starts an embedded project, anything else is the connection file of one that
 * `table-stress target` has started.
 */
export async function openTarget(
  name: string,
  options: { progress: Progress; signal: AbortSignal; viaGateway: boolean; migrations: string | null },
): Promise<OpenTarget> {
  if (name === 'staging' || /^\w+:\/\//.test(name)) {
    throw new UsageError('--target: hosted projects are not supported yet', [
      'use --target local (the default)',
    ]);
  }
  if (name !== 'local') {
    const target = await attachTarget(path.resolve(name));
    // Its own process looks after the target; k6 is ours.
    const watchdog = await startWatchdog();
    return {
      target,
      lost: new Promise(() => {}),
      isLost: () => false,
      supervise: (pid) => watchdog.supervise(pid),
      temporary: false,
      logFiles: {},
      close: () => watchdog.dismiss(),
    };
  }
  const target: EmbeddedSupabase = await startEmbedded({
    ...options,
    migrations: options.migrations ?? path.join(projectRoot, 'reference', 'migrations'),
  });
  let gone = false;
  void target.failure.then(() => {
    gone = true;
  });
  return {
    target,
    lost: target.failure,
    isLost: () => gone,
    supervise: (pid) => target.superviseProcess(pid),
    temporary: true,
    logFiles: target.logFiles,
    close: () => target.stop(),
  };
}
