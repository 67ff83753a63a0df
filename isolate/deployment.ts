import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import type { DeployedFunction } from '../contracts/manifest.ts';
import { identifier } from '../sql/quoting.ts';

/** Functions without which there is nothing to test, with the names of the parameters that calls pass. */
export const requiredFunctions = {
  assign_tables_atomic_v2: [
    'p_booking_id',
    'p_table_ids',
    'p_idempotency_key',
    'p_require_adjacency',
    'p_assigned_by',
    'p_start_at',
    'p_end_at',
  ],
  unassign_tables_atomic: ['p_booking_id', 'p_table_ids'],
  refresh_table_status: ['p_table_id'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** Tables that every deployment has, by domain.md. */
const requiredTables = [
  'restaurants',
  'zones',
  'table_inventory',
  'customers',
  'bookings',
  'allocations',
  'booking_table_assignments',
];

/** The functions of a deployed application, and one hash over all of them. */
export interface Deployment {
  functions: DeployedFunction[];
  /** SHA-256: tells whether two runs tested the same deployment. */
  fingerprint: string;
}

/**
 * Reads which functions are deployed in a schema, and checks that there is something to test.
 *
 * @throws TargetError when functions or tables are missing, or when calls would be ambiguous
 */
export async function readDeployment(
  sql: postgres.Sql | postgres.TransactionSql,
  schema: string,
): Promise<Deployment> {
  const read = (transaction: postgres.TransactionSql) => readFunctions(transaction, schema);
  return 'savepoint' in sql ? sql.savepoint(read) : sql.begin(read);
}

async function readFunctions(sql: postgres.TransactionSql, schema: string): Promise<Deployment> {
  // Definitions read the same, and the fingerprint is the same, whatever the session or the role has set.
  await sql.unsafe(`
    set local search_path = ${identifier(schema)}; set local quote_all_identifiers = off;
    set local standard_conforming_strings = on; set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres';
    set local bytea_output = 'hex'; set local timezone = 'UTC'; set local extra_float_digits = 1`);
  const functions = await deployedFunctions(sql, schema);
  checkFunctions(functions, schema);
  await checkTables(sql, schema);
  const listed = functions.map(
    ({ name, identity, definition }): DeployedFunction => ({
      name,
      arguments: identity,
      sha256: createHash('sha256').update(definition).digest('hex'),
    }),
  );
  return {
    functions: listed,
    fingerprint: createHash('sha256').update(JSON.stringify(listed)).digest('hex'),
  };
}

interface FunctionRow {
  name: string;
  identity: string;
  parameters: string[] | null;
  definition: string;
}

/** Functions of the schema itself, without those that belong to an extension. */
async function deployedFunctions(sql: postgres.TransactionSql, schema: string): Promise<FunctionRow[]> {
  return sql<FunctionRow[]>`
    select p.proname as name,
           pg_get_function_identity_arguments(p.oid) as identity,
           p.proargnames[1:p.pronargs] as parameters,
           pg_get_functiondef(p.oid) as definition
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = ${schema} and p.prokind in ('f', 'p')
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
     order by p.proname, pg_get_function_identity_arguments(p.oid) collate "C"`;
}

function checkFunctions(functions: readonly FunctionRow[], schema: string): void {
  for (const [name, parameters] of Object.entries(requiredFunctions)) {
    const overloads = functions.filter((candidate) => candidate.name === name);
    const fitting = overloads.filter((overload) =>
      parameters.every((parameter) => overload.parameters?.includes(parameter)),
    );
    if (fitting.length === 1) continue;
    const found = overloads.map((overload) => `${name}(${overload.identity})`).join('; ') || 'none';
    throw new TargetError(
      `schema ${schema}: ${fitting.length === 0 ? 'no' : 'more than one'} function ${name}(${parameters.join(', ')}); found: ${found}`,
      ['deploy the application to the target first, with exactly one such function'],
    );
  }
}

async function checkTables(sql: postgres.TransactionSql, schema: string): Promise<void> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = ${schema} and c.relkind in ('r', 'p')`;
  const present = new Set(rows.map((row) => row.name));
  const missing = requiredTables.filter((table) => !present.has(table));
  if (missing.length > 0) {
    throw new TargetError(
      `schema ${schema}: lacks the table${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`,
      ['deploy the application to the target first'],
    );
  }
}
