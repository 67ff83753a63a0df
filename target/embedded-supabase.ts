import type { TargetError } from '../contracts/errors.ts';
import type { Progress } from '../contracts/progress.ts';
import type { Disturb } from './gateway/disturbance.ts';
import type { ProjectKeys } from './keys.ts';
import type { MigrationReport } from './migrations/report.ts';
import type { Target } from './target.ts';

export interface EmbeddedOptions {
  /** A folder of SQL files in Supabase's layout, applied to `public` as the role `postgres`. None: an empty project. */
  migrations?: string | undefined;
  /** A file that fails is rolled back and reported, and the next one goes on. Default: the start fails. */
  tolerateFailedMigrations?: boolean | undefined;
  progress?: Progress | undefined;
  /** Ends the start, with everything that it had started; later it does nothing, `stop` does. */
  signal?: AbortSignal | undefined;
  /** The load goes through the gateway, as it does on a hosted project, instead of straight to PostgREST. */
  viaGateway?: boolean | undefined;
  /**
   * Stands in for the hosted project of this ref: it becomes the first segment of the project URL's path, and the
   * legacy keys name it. Left out: no such segment, and keys of the project `local`.
   */
  projectRef?: string | undefined;
  /** Database connections of PostgREST. Default 10, PostgREST's own. */
  poolSize?: number | undefined;
  /** Whether PostgREST hears of changed settings and schemas. Default true; without it only a restart helps. */
  listensForReloads?: boolean | undefined;
  /** How long the gateway waits for PostgREST. Default 60 s. */
  gatewayTimeoutMs?: number | undefined;
  /** Fixed ports; what is left out gets a free one. */
  ports?: { database?: number; postgrest?: number; gateway?: number } | undefined;
  /** Where the data go, instead of `TABLE_STRESS_DATA` or the temporary folder. */
  dataParent?: string | undefined;
}

/** What a test may do to the servers. Each resolves when everything runs again, and ends early when the signal fires. */
export interface FaultControls {
  /** Stops PostgreSQL without a checkpoint, as a crash would, and starts it again. */
  crashDatabase(): Promise<void>;
  /** Suspends all of PostgreSQL's processes. */
  pauseDatabase(milliseconds: number, signal?: AbortSignal): Promise<void>;
  restartPostgrest(): Promise<void>;
  /** What the gateway does to each request from now on; null: nothing. */
  disturbRequests(decide: Disturb | null): void;
}

/** A Supabase project on this machine: PostgreSQL, PostgREST and a gateway. */
export interface EmbeddedSupabase extends Target, ProjectKeys {
  readonly kind: 'local';
  readonly databaseUrl: string;
  /** For faults and tests; the application has no such role. */
  readonly superuserUrl: string;
  /** PostgREST itself, without the gateway. */
  readonly postgrestUrl: string;
  readonly postgrestAdminUrl: string;
  /** Process ids; those of servers that were started again are others. */
  readonly processes: Readonly<Record<'postgresql' | 'postgrest' | 'watchdog', number>>;
  readonly logFiles: Readonly<Record<'postgresql' | 'postgrest', string>>;
  /** Data and logs; gone after `stop`. */
  readonly folder: string;
  /** File names of the migrations that were applied, in order. */
  readonly migrations: readonly string[];
  /** What became of the migrations' files and statements; null without migrations. */
  readonly migrationReport: MigrationReport | null;
  /** Resolves when PostgreSQL or PostgREST ends although nobody stopped it; else stays pending. Never rejects. */
  readonly failure: Promise<TargetError>;
  readonly faults: FaultControls;
  /** Has another process (k6) ended if this process dies; call what is returned when it has ended by itself. */
  superviseProcess(pid: number): () => void;
}
