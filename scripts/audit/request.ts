import path from 'node:path';
import { usualPatience } from '../../audit/connection/read-only.ts';
import { type CheckId, checkIds } from '../../contracts/audit-result.ts';
import { UsageError } from '../../contracts/errors.ts';
import { loadBroken } from '../../reference/broken.ts';
import { numberOption, whole } from '../number-option.ts';
import { refuseMigrationsElsewhere } from '../run/request.ts';

/** Options of `audit` as commander gives them. */
export interface AuditCommandOptions {
  /** Undefined when it was not given. */
  target?: string;
  /** True: the usual variable. */
  databaseUrlEnv?: string | true;
  /** Not an option: refused with a reason. */
  databaseUrl?: string;
  migrations?: string;
  broken?: string;
  schema: string;
  at?: string;
  check?: string[];
  limit: string;
  statementTimeout: string;
  json?: boolean;
}

/** What an audit is to do, checked. */
export interface AuditRequest {
  /** `local`, `staging`, a connection file; or the variable with the connection string. */
  readonly from: { readonly target: string } | { readonly variable: string | true };
  /** For local: folder of the application; null: the reference application. */
  readonly migrations: string | null;
  readonly broken: string | null;
  readonly schema: string;
  readonly at: Date | null;
  readonly checks: readonly CheckId[];
  readonly limit: number;
  readonly statementTimeoutMs: number;
}

/** @throws UsageError that names the option, its problem and what is allowed, and shows no address */
export async function checkAuditRequest(
  options: AuditCommandOptions,
  excess: readonly string[],
): Promise<AuditRequest> {
  refuseAddresses(options, excess);
  const target = options.target ?? 'local';
  if (options.databaseUrlEnv !== undefined && options.target !== undefined) {
    throw new UsageError('--target and --database-url-env: only one of them says where to look', [
      'leave one out',
    ]);
  }
  const local = options.databaseUrlEnv === undefined && target === 'local';
  refuseMigrationsElsewhere(options.migrations, local ? 'local' : target === 'local' ? 'elsewhere' : target);
  const broken = options.broken ?? null;
  if (broken !== null) {
    if (!local || options.migrations !== undefined) {
      throw new UsageError(
        '--broken damages the reference application on the local target, and goes with nothing else',
        ['leave out --broken, or leave out --target, --database-url-env and --migrations'],
      );
    }
    await loadBroken(broken);
  }
  return {
    from: options.databaseUrlEnv === undefined ? { target } : { variable: options.databaseUrlEnv },
    migrations: options.migrations === undefined ? null : path.resolve(options.migrations),
    broken,
    schema: options.schema,
    at: options.at === undefined ? null : instantFrom(options.at),
    checks: (options.check ?? []).map(checkNamed),
    limit: numberOption('--limit', options.limit, whole(0, 10_000)),
    statementTimeoutMs: numberOption('--statement-timeout', options.statementTimeout, {
      ...whole(100, 60_000, String(usualPatience.statement)),
      what: 'a whole number of milliseconds from 100 to 60000',
    }),
  };
}

/** What stands on a command line can be read by every user of the machine, and is kept in histories and logs. */
function refuseAddresses(options: AuditCommandOptions, excess: readonly string[]): void {
  const address = [options.databaseUrl, options.target, ...excess].some(
    (each) => each?.includes('://') || (each !== undefined && each === options.databaseUrl),
  );
  if (address) {
    throw new UsageError(
      'audit: takes no address: the list of processes would show its password (not shown here)',
      [
        'export AUDIT_DATABASE_URL=…, or put it into .env; then: npm run stress -- audit --database-url-env AUDIT_DATABASE_URL',
      ],
    );
  }
  if (excess.length > 0) {
    throw new UsageError(`audit: takes options only, and got ${excess.length} more`, [
      'npm run stress -- audit --help shows them; --check takes the names of checks',
    ]);
  }
}

function checkNamed(id: string): CheckId {
  const found = checkIds.find((each) => each === id);
  if (found !== undefined) return found;
  throw new UsageError(`--check ${/^[\w-]{1,40}$/.test(id) ? id : '(not shown)'}: unknown`, [
    `any of: ${checkIds.join(', ')}`,
  ]);
}

function instantFrom(text: string): Date {
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;
  const at = new Date(text);
  if (iso.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new UsageError(`--at ${/^[\w:+.-]{1,40}$/.test(text) ? text : '(not shown)'}: is no instant`, [
    'ISO 8601 with a time zone, for instance 2026-11-27T20:00:00+01:00',
  ]);
}
