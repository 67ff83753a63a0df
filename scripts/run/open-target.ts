import path from 'node:path';
import { UsageError } from '../../contracts/errors.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import type { Progress } from '../../contracts/progress.ts';
import { readThresholds } from '../../contracts/read-thresholds.ts';
import { attachTarget } from '../../target/attach.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../target/embedded.ts';
import type { FaultControls } from '../../target/embedded-supabase.ts';
import { configureStaging } from '../../target/staging/configuration.ts';
import type { StagingConfiguration } from '../../target/staging/guard.ts';
import { openStaging } from '../../target/staging/open.ts';
import type { Target } from '../../target/target.ts';
import { startWatchdog } from '../../target/watchdog.ts';
import { projectRoot } from '../project.ts';
import { countMigrations, migrationNotes } from './migration-notes.ts';

/** Connections of PostgREST's pool where nobody sets another number (`db-pool`). */
const USUAL_POOL = 10;

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
  /** What a person should know before the load, one sentence each. */
  notes: readonly string[];
  /** What became of the user's own migrations; null when there are none. */
  migrations: Manifest['target']['migrations'];
  /** Process id of its PostgREST, and how many database connections that has; null where they are not ours. */
  servers: { api: number; poolSize: number } | null;
  /** What may be done to its servers; null where they are not ours. */
  disturbed: { controls: FaultControls; superuserUrl: string } | null;
  close(): Promise<unknown>;
}

export interface OpenOptions {
  progress: Progress;
  signal: AbortSignal;
  viaGateway: boolean;
  /** For the local target: folder of the application; null: the reference application. */
  migrations: string | null;
  /** The deployed schema. Default `public`. */
  source?: string | undefined;
  /** The hosted project, when it was checked already. */
  staging?: StagingConfiguration | null;
  /** For the local target: database connections of PostgREST. Default: PostgREST's own. */
  poolSize?: number | undefined;
}

/**
 * Opens what `--target` names: `local` starts an embedded project, `staging` is the hosted one of the environment,
 * anything else is the connection file of one that `table-stress target` has started.
 */
export async function openTarget(name: string, options: OpenOptions): Promise<OpenTarget> {
  if (/^\w+:\/\//.test(name)) {
    throw new UsageError('--target: takes no address', [
      'use --target staging, with the project in SUPABASE_URL and TABLE_STRESS_PROJECT_REF',
    ]);
  }
  if (name === 'local') return openEmbedded(options);
  if (name !== 'staging') return elsewhere(await attachTarget(path.resolve(name)), []);
  const configuration = options.staging ?? configureStaging({ protectedRefs: protectedByFile() });
  const target = await openStaging(configuration, { source: options.source, progress: options.progress });
  return elsewhere(target, target.warnings);
}

/** Projects that thresholds.json protects, for commands that do not read it otherwise. */
function protectedByFile(): string[] {
  return readThresholds(path.join(projectRoot, 'thresholds.json')).staging.protected_refs;
}

/** A target that somebody else looks after; k6 is ours. */
async function elsewhere(target: Target, notes: readonly string[]): Promise<OpenTarget> {
  const watchdog = await startWatchdog();
  return {
    target,
    lost: new Promise(() => {}),
    isLost: () => false,
    supervise: (pid) => watchdog.supervise(pid),
    temporary: false,
    logFiles: {},
    notes,
    migrations: null,
    servers: null,
    disturbed: null,
    close: () => watchdog.dismiss(),
  };
}

async function openEmbedded(options: OpenOptions): Promise<OpenTarget> {
  const { progress, signal, viaGateway, migrations, poolSize = USUAL_POOL } = options;
  const target: EmbeddedSupabase = await startEmbedded({
    progress,
    signal,
    viaGateway,
    poolSize,
    migrations: migrations ?? path.join(projectRoot, 'reference', 'migrations'),
    tolerateFailedMigrations: migrations !== null,
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
    notes: migrations === null ? [] : migrationNotes(target),
    migrations: migrations === null ? null : countMigrations(target),
    servers: { api: target.processes.postgrest, poolSize },
    disturbed: { controls: target.faults, superuserUrl: target.superuserUrl },
    close: () => target.stop(),
  };
}
