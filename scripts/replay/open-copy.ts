import type { Manifest } from '../../contracts/manifest.ts';
import type { Progress } from '../../contracts/progress.ts';
import type { Repro } from '../../contracts/repro.ts';
import { setClock } from '../../isolate/clock/clock.ts';
import { CLOCK_TABLE } from '../../isolate/clock/create.ts';
import { readConfirmParameters } from '../../isolate/confirm-function.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { isolate } from '../../isolate/isolate.ts';
import { applyBroken } from '../../reference/broken.ts';
import { MOST_SESSIONS } from '../../replay/arrange.ts';
import type { Copy } from '../../replay/copy.ts';
import { readLookups } from '../../seed/lookups.ts';
import { loadScanner } from '../../sql/tokens.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { openTarget } from '../run/open-target.ts';
import { databaseOf } from '../run/remove-isolation.ts';

export interface OpenCopy {
  copy: Copy;
  /** Connection string of the role postgres; contains a password. */
  databaseUrl: string;
  /** Its keys and passwords. */
  secrets: readonly string[];
  close(): Promise<void>;
}

export interface CopyOptions {
  /** Folder of the application; null: the reference application. */
  migrations: string | null;
  allow: readonly string[];
  copyRows: readonly string[];
  progress: Progress;
  signal: AbortSignal;
}

/** Milliseconds that a call may wait for a lock of another one. */
const CALL_TIMEOUT = 10_000;

/**
 * Starts an embedded PostgreSQL of its own and puts the application of a run into it as the run had it: same migrations,
 * same defect, same isolated schema. Nothing of it is left once it is closed.
 *
 * @throws StressError when it cannot be started, or the application cannot be cloned
 */
export async function openCopy(manifest: Manifest, options: CopyOptions): Promise<OpenCopy> {
  const { progress, signal, migrations } = options;
  await loadScanner();
  const open = await openTarget('local', { progress, signal, viaGateway: false, migrations });
  const connections: Copy['sql'][] = [];
  const connect = async (purpose: string, limit?: number): Promise<Copy['sql']> => {
    const url = databaseOf(open.target);
    const sql = await connectDatabase(url, purpose, limit === undefined ? {} : { statementTimeoutMs: limit });
    connections.push(sql);
    return sql;
  };
  const close = async (): Promise<void> => {
    await Promise.all(connections.map((sql) => sql.end({ timeout: 2 })));
    await open.close();
  };
  try {
    const sql = await connect('replay');
    if (manifest.broken !== null) await applyBroken(sql, manifest.broken);
    const schema = manifest.isolation?.schema ?? 'table_stress';
    const source = manifest.isolation?.source ?? 'public';
    const clock = manifest.isolation?.clock ?? 'real';
    progress('cloning the application');
    const { isolation } = await isolate({
      sql,
      api: null,
      project: open.target.project,
      source,
      schema,
      clock,
      allow: options.allow,
      copy: options.copyRows,
      purpose: 'run',
      run: manifest.run,
      progress,
      signal,
    });
    if (clock === 'virtual') await setClock(sql, schema, { offsetMs: 0 });
    const described = await describeFromCatalog(sql, schema);
    const tables = { schema, tables: described.tables.filter(({ name }) => name !== CLOCK_TABLE) };
    const sessions: Copy['sql'][] = [];
    for (let number = 1; number <= MOST_SESSIONS; number += 1) {
      sessions.push(await connect(`replay session ${number}`, CALL_TIMEOUT));
    }
    const copy: Copy = {
      description: open.target.description,
      schema,
      source,
      broken: manifest.broken,
      fingerprint: isolation.fingerprint,
      tables,
      lookups: await readLookups(sql, tables),
      confirmParameters: await readConfirmParameters(sql, schema),
      sql,
      sessions,
    };
    return { copy, databaseUrl: databaseOf(open.target), secrets: open.target.secrets, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What repro.json says of the copy. */
export function describeCopy(copy: Copy, { isolation }: Manifest): NonNullable<Repro['copy']> {
  const { description, schema, broken, fingerprint } = copy;
  return { description, schema, broken, same_functions: isolation?.fingerprint === fingerprint };
}
