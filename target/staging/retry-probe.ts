import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { messageOf, TargetError } from '../../contracts/errors.ts';
import { pollUntil } from '../polling.ts';
import { type ApiAccess, type ApiAnswer, ask, codeOf } from './api.ts';
import { said } from './api-problems.ts';
import type { RetryBehaviour } from './postgrest-version.ts';

/** What one call did whose function failed in a way that may pass. */
export interface RetryReading {
  readonly behaviour: RetryBehaviour;
  /** How often the function ran for the one call. */
  readonly executions: number;
  /** The answer for people: `HTTP 500, 40P01: …`. */
  readonly answer: string;
}

export interface RetryProbe {
  /** 40001 */
  readonly serialization: RetryReading;
  /** 40P01 */
  readonly deadlock: RetryReading;
}

/** The function succeeds in this execution, so that a server that repeats for ever comes to an end. */
const lastExecution = 4;
const knownWithinMs = 20_000;

/**
 * Measures how often PostgREST runs a transaction that fails with 40001 or 40P01, with one call each. A sequence counts
 * the executions: what it has handed out survives the rollback. The probe makes a function and a sequence in the schema
 * and removes them, also when it fails.
 *
 * @param sql a connection that may create in the schema, as its own role or as the schema's owner
 * @param schema an exposed schema that is ours
 * @throws TargetError when it cannot create there, or the API does not get to see the function
 */
export async function probeRetries(sql: postgres.Sql, api: ApiAccess, schema: string): Promise<RetryProbe> {
  return {
    serialization: await probeCode(sql, api, schema, '40001'),
    deadlock: await probeCode(sql, api, schema, '40P01'),
  };
}

async function probeCode(
  sql: postgres.Sql,
  api: ApiAccess,
  schema: string,
  code: string,
): Promise<RetryReading> {
  const name = `table_stress_probe_${randomBytes(6).toString('hex')}`;
  try {
    await create(sql, schema, name, code);
    const answer = await call(sql, api, schema, name);
    const executions = await executionsOf(sql, schema, name);
    return reading(answer, executions, code, api);
  } finally {
    await remove(sql, schema, name);
  }
}

async function create(sql: postgres.Sql, schema: string, name: string, code: string): Promise<void> {
  try {
    await asOwner(sql, schema, async (transaction) => {
      // Names are ours but for the schema's, which is quoted; a function's body takes no parameters.
      const quoted = `"${schema.replaceAll('"', '""')}"`;
      await transaction.unsafe(`
        create sequence ${quoted}.${name};
        create function ${quoted}.${name}() returns bigint language plpgsql volatile set search_path = pg_catalog as $probe$
        declare
          execution bigint := nextval('${quoted.replaceAll("'", "''")}.${name}');
        begin
          if execution < ${lastExecution} then
            raise exception 'table-stress: a probe for hidden retries' using errcode = '${code}';
          end if;
          return execution;
        end $probe$;
        revoke all on function ${quoted}.${name}() from public;
        grant execute on function ${quoted}.${name}() to service_role;
        grant usage on sequence ${quoted}.${name} to service_role;
        notify pgrst, 'reload schema'`);
    });
  } catch (error) {
    throw new TargetError(`the probe of hidden retries cannot be made in ${schema} (${messageOf(error)})`, [
      'leave the probe out, or connect as the role that made the schema',
    ]);
  }
}

/** One call that is executed; answers that know no such function yet are none. */
async function call(sql: postgres.Sql, api: ApiAccess, schema: string, name: string): Promise<ApiAnswer> {
  let asked = 0;
  const answer = await pollUntil(
    async () => {
      asked += 1;
      // A notification that comes while PostgREST is reading can be lost.
      if (asked % 20 === 0) await sql`notify pgrst, 'reload schema'`;
      const seen = await ask(api, { path: `/rpc/${name}`, schema, parameters: {} });
      return codeOf(seen) === 'PGRST202' ? undefined : seen;
    },
    { intervalMs: 100, deadlineMs: knownWithinMs },
  );
  if (answer) return answer;
  throw new TargetError(
    `PostgREST did not see a new function in ${schema} within ${knownWithinMs / 1_000} s`,
    ['check that the schema is exposed and that PostgREST listens to notifications'],
  );
}

async function executionsOf(sql: postgres.Sql, schema: string, name: string): Promise<number> {
  let executions = 0;
  await asOwner(sql, schema, async (transaction) => {
    const [row] = await transaction<{ count: string }[]>`
      select case when is_called then last_value else 0 end as count
        from ${transaction(schema)}.${transaction(name)}`;
    executions = Number(row?.count ?? 0);
  });
  return executions;
}

function reading(answer: ApiAnswer, executions: number, code: string, api: ApiAccess): RetryReading {
  const returned = executions === 1 && codeOf(answer) === code;
  return {
    behaviour: executions > 1 ? 'repeats' : returned ? 'returns' : 'unknown',
    executions,
    answer: `HTTP ${answer.status}, ${said(answer, api)}`,
  };
}

async function remove(sql: postgres.Sql, schema: string, name: string): Promise<void> {
  const quoted = `"${schema.replaceAll('"', '""')}".${name}`;
  const statements = `drop function if exists ${quoted}(); drop sequence if exists ${quoted};`;
  try {
    await asOwner(sql, schema, (transaction) =>
      transaction.unsafe(`${statements} notify pgrst, 'reload schema'`),
    );
  } catch (error) {
    throw new TargetError(`the probe of hidden retries is left in ${schema} (${messageOf(error)})`, [
      `remove it by hand: ${statements}`,
    ]);
  }
}

/** A transaction as a role that may create in the schema: the connection's own, or else the schema's owner. */
async function asOwner(
  sql: postgres.Sql,
  schema: string,
  work: (transaction: postgres.TransactionSql) => Promise<unknown>,
): Promise<void> {
  await sql.begin(async (transaction) => {
    const [row] = await transaction<{ owner: string; allowed: boolean }[]>`
      select pg_get_userbyid(nspowner) as owner, has_schema_privilege(oid, 'create') as allowed
        from pg_namespace where nspname = ${schema}`;
    if (row && !row.allowed) await transaction`set local role ${transaction(row.owner)}`;
    await work(transaction);
  });
}
