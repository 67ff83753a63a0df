import {
  AUDIT_VERSION,
  type AuditResult,
  auditExitCodes,
  type CheckId,
  type CheckResult,
  type CheckVerdict,
  mergeCheckVerdicts,
} from '../contracts/audit-result.ts';
import { InterruptedError, TargetError, UsageError } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import { literal } from '../sql/quoting.ts';
import { loadScanner } from '../sql/tokens.ts';
import type { Context } from './check.ts';
import { allChecks } from './checks/all.ts';
import { isRefusal, type Patience, ReadOnlyDatabase, usualPatience } from './connection/read-only.ts';
import type { Deployment } from './deployment/deployment.ts';
import { readDeployment } from './deployment/read.ts';
import { Program } from './functions/program.ts';
import { judge } from './judge.ts';
import { statusHint } from './status-hint.ts';

export interface AuditOptions {
  /** Connection string; contains a password. */
  readonly databaseUrl: string;
  /** For people: where that is, without a secret. */
  readonly target: string;
  /** The schema to look at. */
  readonly schema: string;
  /** The instant to compare rows with; null: the database's own clock. */
  readonly at: Date | null;
  /** Which checks; empty: all. */
  readonly checks: readonly CheckId[];
  /** Rows of evidence to keep for each check. */
  readonly limit: number;
  readonly patience?: Patience | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for stored contradictions and for defects of the schema, and cannot write: see `ReadOnlyDatabase`.
 *
 * @throws UsageError when there is no such schema
 * @throws TargetError when the database does not confirm that it is only read
 * @throws Error of the driver when the database cannot be reached or is lost; its message may name the host
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const { patience = usualPatience, progress = silent, signal } = options;
  await loadScanner();
  const database = new ReadOnlyDatabase(options.databaseUrl, patience);
  try {
    progress('reading the catalog');
    const deployment = await readCatalog(database, options.schema);
    const context: Context = {
      deployment,
      program: new Program(deployment),
      at: options.at === null ? 'now()' : `timestamptz ${literal(options.at.toISOString())}`,
    };
    const results: CheckResult[] = [];
    const wanted = allChecks.filter(({ id }) => options.checks.length === 0 || options.checks.includes(id));
    for (const [index, check] of wanted.entries()) {
      if (signal?.aborted) throw new InterruptedError();
      progress(`${check.id} (${index + 1} of ${wanted.length})`);
      results.push(await judge(check, context, database, { limit: options.limit, patience }));
    }
    return summarise(options, deployment, results, database.transactions);
  } finally {
    await database.close();
  }
}

async function readCatalog(database: ReadOnlyDatabase, schema: string): Promise<Deployment> {
  let deployment: Deployment;
  try {
    deployment = await database.transaction((ask) => readDeployment(ask, schema));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new TargetError(`the catalog cannot be read (${error.code}: ${error.message})`, [
      'give it more time with --statement-timeout',
    ]);
  }
  if (deployment.server.schemaExists) return deployment;
  throw new UsageError(`--schema ${schema}: there is no such schema in this database`, [
    'name the schema that the application is in; the default is public',
  ]);
}

function summarise(
  { target, schema, at }: AuditOptions,
  { server }: Deployment,
  checks: readonly CheckResult[],
  transactions: number,
): AuditResult {
  const verdict = mergeCheckVerdicts(checks.map((each) => each.verdict));
  return {
    v: AUDIT_VERSION,
    target,
    schema,
    database: {
      server_version: server.version,
      role: server.role,
      replica: server.replica,
      lag_seconds: server.replica ? server.lagSeconds : null,
    },
    at: at === null ? new Date(server.now).toISOString() : at.toISOString(),
    at_is_now: at === null,
    verdict,
    headline: headline(verdict, checks),
    hint: statusHint(checks),
    exit_code: auditExitCodes[verdict],
    checks: [...checks],
    read_only: { transactions, with_transaction_id: 0 },
  };
}

function headline(verdict: CheckVerdict, checks: readonly CheckResult[]): string {
  const those = (wanted: CheckVerdict): number => checks.filter((each) => each.verdict === wanted).length;
  const of = (number: number): string => (number === 1 ? '1 check' : `${number} checks`);
  const open = those('not possible');
  if (verdict === 'ok') return `${of(checks.length)} made, nothing found`;
  if (verdict === 'not possible')
    return `nothing found, but ${of(open)} of ${checks.length} not possible here`;
  const total = checks.reduce((sum, each) => sum + each.count, 0);
  const rest = open > 0 ? `; ${of(open)} not possible here` : '';
  return `${total === 1 ? '1 finding' : `${total} findings`} in ${of(those('finding'))} of ${checks.length}${rest}`;
}
