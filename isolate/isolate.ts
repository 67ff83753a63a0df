import type postgres from 'postgres';
import { TargetError, UsageError } from '../contracts/errors.ts';
import type { Isolation, IsolationFinding } from '../contracts/manifest.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import { probeClock } from './clock/probe.ts';
import { cloneSchema } from './clone.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import { dropIsolated } from './drop.ts';
import { type ExposeTarget, exposeSchema } from './expose/expose.ts';
import { markInUse, usersOf } from './in-use.ts';
import { copyLookupRows } from './lookup-rows.ts';
import { withMakingLock } from './making.ts';
import { formatMarker, MARKER_VERSION, type Marker } from './marker.ts';
import { readMarkerFromApi } from './marker-api.ts';
import { readMarker } from './marker-store.ts';
import { refuseRealData } from './real-data.ts';

export interface IsolateOptions {
  /** A single connection, as the role that deployed the application. It holds the mark that the schema is in use. */
  sql: postgres.Sql;
  /** How PostgREST is asked what it serves; null: the schema gets no calls through it, and is not exposed. */
  api: ExposeTarget | null;
  /** Project reference, or `local`. */
  project: string;
  source: string;
  schema: string;
  clock: 'real' | 'virtual';
  allow: readonly string[];
  copy: readonly string[];
  /** A run's schema goes with the last run that uses it; a standing one stays until `isolate --drop`. */
  purpose: Marker['purpose'];
  run: string | null;
  progress?: Progress;
  signal?: AbortSignal;
}

/** The schema that receives the load, ready and served by PostgREST. */
export interface IsolatedSchema {
  isolation: Isolation;
  marker: Marker;
}

/** The role that owns an isolated schema. */
const ownerOf = (schema: string): string => `${schema}_owner`;

/** How long another process may take to remove the schema, milliseconds. */
const REMOVAL_PATIENCE = 60_000;

/**
 * Stage isolate: makes the isolated schema from the deployed one, or takes the one that is there when it is ours, made
 * for this project and from these very functions.
 *
 * @throws UsageError when the schema exists and is not ours, which is never touched
 * @throws TargetError when it cannot be made, proven, exposed, or was made from something else
 */
export async function isolate(options: IsolateOptions): Promise<IsolatedSchema> {
  const { sql, schema, source, project } = options;
  const progress = options.progress ?? silent;
  const deployment = await readDeployment(sql, source);
  const { signal } = options;
  await markInUse(sql, schema, { patienceMs: REMOVAL_PATIENCE, progress, signal });
  const others = { progress, signal };
  return withMakingLock(sql, others, async () => {
    const reading = await readMarker(sql, schema, project);
    if (reading.state === 'foreign') throw foreign(schema, reading.reason);
    if (reading.state === 'other-project') throw foreign(schema, `it was made for ${reading.marker.project}`);
    if (reading.state === 'absent') return make(options, deployment, progress);
    await checkReuse(options, reading.marker, deployment);
    await expose(options, reading.marker, progress);
    return { isolation: isolationOf(options, deployment, 'before'), marker: reading.marker };
  });
}

async function make(
  options: IsolateOptions,
  deployment: Deployment,
  progress: Progress,
): Promise<IsolatedSchema> {
  const { sql, schema, source, project, clock, purpose, run, copy } = options;
  const marker: Marker = {
    v: MARKER_VERSION,
    tool: 'table-stress',
    project,
    source,
    schema,
    role: ownerOf(schema),
    created_at: new Date().toISOString(),
    fingerprint: deployment.fingerprint,
    purpose,
    run,
    clock,
  };
  const report = await cloneSchema(sql, {
    source,
    schema,
    virtualClock: clock === 'virtual',
    allow: options.allow,
    schemaComment: formatMarker(marker),
    progress,
    signal: options.signal,
    beforeCommit: async (transaction) => {
      await copyLookupRows(transaction, source, schema, copy);
    },
  });
  try {
    if (clock === 'virtual') await probeClock(sql, schema);
    await expose(options, marker, progress);
  } catch (error) {
    // What was just made is of no use; a failure to remove it must not hide why. Who waits for it takes it over.
    await dropIsolated(sql, { schema, project, api: options.api }).catch(() => {});
    throw error;
  }
  const isolation = isolationOf(options, deployment, 'by this run');
  return { isolation: { ...isolation, objects: report.counts, findings: report.findings }, marker };
}

async function expose(
  { sql, api, signal }: IsolateOptions,
  marker: Marker,
  progress: Progress,
): Promise<void> {
  if (api === null) return;
  progress('exposing it');
  await exposeSchema(sql, api, marker, { signal });
  await proveSamePlace(api, marker);
}

/**
 * The schema that the API serves must be the one that the database connection shows: both carry the marker.
 *
 * @throws TargetError when the API shows another one; an API that shows no comment proves nothing
 */
async function proveSamePlace(api: ExposeTarget, { schema, project, created_at }: Marker): Promise<void> {
  const reading = await readMarkerFromApi(api, schema, project);
  if (!('marker' in reading) || reading.marker.created_at === created_at) return;
  throw new TargetError(
    `SUPABASE_DB_URL leads to another database than SUPABASE_URL: their ${schema} differ`,
    ['take both from the same project: Connect in its dashboard'],
  );
}

/** A schema that is there may be used when it is what would be made now. */
async function checkReuse(
  { sql, schema, clock, project }: IsolateOptions,
  marker: Marker,
  deployment: Deployment,
): Promise<void> {
  const target = project === 'local' ? 'FILE' : 'staging';
  const fixes = [
    marker.purpose === 'standing'
      ? `make it anew: npm run stress -- isolate --drop --schema ${schema} --target ${target}, then isolate`
      : `remove what runs left: npm run stress -- teardown --all --target ${target}`,
  ];
  if (marker.fingerprint !== deployment.fingerprint) {
    const users = await usersOf(sql, schema);
    throw new TargetError(
      `schema ${schema} was made from other functions than those that are deployed now${users.length > 0 ? `, and is in use by ${users.join(', ')}` : ''}`,
      fixes,
    );
  }
  if (marker.clock !== clock) {
    throw new TargetError(
      `schema ${schema} was made with a ${marker.clock} clock, not a ${clock} one`,
      fixes,
    );
  }
  await refuseRealData(sql, schema);
}

function foreign(schema: string, reason: string): UsageError {
  return new UsageError(`schema ${schema} exists and is not ours (${reason}): it was left alone`, [
    'name another with --schema NAME',
  ]);
}

function isolationOf(
  { schema, source, clock }: IsolateOptions,
  { functions, fingerprint }: Deployment,
  made: Isolation['made'],
): Isolation {
  const findings: IsolationFinding[] = [];
  return {
    schema,
    cloned: true,
    source,
    role: ownerOf(schema),
    made,
    clock,
    objects: {},
    findings,
    previous_fingerprint: null,
    functions,
    fingerprint,
  };
}
