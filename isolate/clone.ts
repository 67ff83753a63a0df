import type postgres from 'postgres';
import { InterruptedError, TargetError } from '../contracts/errors.ts';
import type { IsolationFinding } from '../contracts/manifest.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import { identifier, literal } from '../sql/quoting.ts';
import { loadScanner } from '../sql/tokens.ts';
import { applyAllowances, refuse } from './allow.ts';
import { readCatalog } from './catalog/read.ts';
import { createClone } from './create/create.ts';
import { prepare } from './create/prepare.ts';
import { checkNames } from './names.ts';
import { proveClone } from './prove/prove.ts';

export interface CloneOptions {
  /** The deployed schema. */
  readonly source: string;
  /** The isolated schema, which must not exist. */
  readonly schema: string;
  /** The clone's functions see a clock that the harness sets. */
  readonly virtualClock: boolean;
  /** Objects whose leftovers are accepted. */
  readonly allow: readonly string[];
  readonly schemaComment: string;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs in the same transaction when the clone has been proven. */
  readonly beforeCommit?: ((sql: postgres.TransactionSql) => Promise<void>) | undefined;
}

export interface CloneReport {
  /** The role that owns the clone. */
  readonly role: string;
  /** Objects that were cloned and compared, by kind. */
  readonly counts: Record<string, number>;
  readonly findings: IsolationFinding[];
  /** Objects with leftovers that the user allowed. */
  readonly allowed: readonly string[];
  /** Functions that run with the rights of the clone's owner, though in the source with the caller's. */
  readonly secured: readonly string[];
  /** Functions of other schemas, `auth.uid`, that the clone reaches through a wrapper of its own. */
  readonly wrappers: readonly string[];
  readonly durationMs: number;
}

/**
 * Makes the isolated schema from the deployed one: its definitions, no rows. In one transaction, as a role that is no
 * superuser; the clone is read again and compared with the source before anything is committed.
 *
 * @param sql a single connection
 * @throws UsageError for a name that cannot be, or an allowance that names nothing
 * @throws TargetError when something of the source would be reached from the clone, when the clone differs from it,
 *   or when PostgreSQL refuses; nothing is left behind then
 * @throws InterruptedError when the signal fires; nothing is left behind
 */
export async function cloneSchema(sql: postgres.Sql, options: CloneOptions): Promise<CloneReport> {
  const started = performance.now();
  await loadScanner();
  try {
    const report = await sql.begin((transaction) => clone(transaction, options));
    return { ...report, durationMs: performance.now() - started };
  } catch (error) {
    if (options.signal?.aborted) throw new InterruptedError();
    if ((error as { code?: string }).code === '57014') {
      throw new TargetError(
        `the statement time-out struck while ${options.source} was cloned; nothing was left behind`,
        [
          'give statements more time with TABLE_STRESS_STATEMENT_TIMEOUT_MS=180000, or clone while nobody deploys',
        ],
        error,
      );
    }
    throw error;
  }
}

async function clone(
  sql: postgres.TransactionSql,
  options: CloneOptions,
): Promise<Omit<CloneReport, 'durationMs'>> {
  const { source, schema, signal } = options;
  const progress = options.progress ?? silent;
  const both = [source, schema];
  await sql.unsafe(`
    set local search_path = ''; set local check_function_bodies = off;
    set local standard_conforming_strings = on; set local quote_all_identifiers = off;
    set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1`);
  await checkNames(sql, source, schema);
  progress(`reading schema ${source}`);
  const catalog = await readCatalog(sql, source, both);
  const { role, ours, renaming, plan, findings } = await prepare(sql, catalog, options);
  const ids = catalog.objects.map(({ id }) => id);
  const early = applyAllowances(findings, [], ids);
  if (early.refused.length > 0) {
    // The proof finds more of them, but what is known already need not wait for it.
    refuse(source, applyAllowances(findings, options.allow, ids).refused, []);
  }
  progress(`creating ${plan.objects.length} objects in ${schema}`);
  await createClone(sql, { catalog, plan, renaming, role, ours, signal, progress });
  await sql.unsafe(`comment on schema ${identifier(schema)} is ${literal(options.schemaComment)}`);
  progress('comparing the clone with its source');
  const proof = await proveClone(sql, { source: catalog, plan, renaming, role, ours });
  const all = [...findings, ...proof.findings];
  const { allowed, refused } = applyAllowances(all, options.allow, ids);
  refuse(source, refused, proof.differences);
  if (signal?.aborted) throw new InterruptedError();
  await options.beforeCommit?.(sql);
  return {
    role,
    counts: { ...proof.counts },
    findings: all,
    allowed,
    secured: plan.secured,
    wrappers: [...renaming.wrappers.keys()],
  };
}
