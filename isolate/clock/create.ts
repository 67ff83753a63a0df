import type postgres from 'postgres';
import { quoteIdentifier } from '../../sql/tokens.ts';

/** The table and the function of the virtual clock in an isolated schema: ours, not the application's. */
export const CLOCK_TABLE = 'table_stress_clock';
export const CLOCK_FUNCTION = 'now';

/**
 * Makes the virtual clock of an isolated schema: `<schema>.now()`, which is the real time until `setClock`.
 *
 * The function runs with its owner's rights, so that whoever may call something in the schema sees the same time, also
 * under row-level security; only the owner can set it. Everything in it is qualified, because a search path of its own
 * would cost each call some microseconds.
 *
 * @param sql the transaction in which the schema is made, as a member of the owner
 * @param owner role that owns the schema
 * @throws Error when `loadScanner` was not awaited before
 * @throws PostgresError with code 42P07 or 42723 when the application has such names of its own
 */
export async function createClock(
  sql: postgres.TransactionSql,
  schema: string,
  owner: string,
): Promise<void> {
  const [inSchema, role] = [quoteIdentifier(schema), quoteIdentifier(owner)];
  const [table, now] = [`${inSchema}.${CLOCK_TABLE}`, `${inSchema}.${CLOCK_FUNCTION}()`];
  await sql.unsafe(`
    create table ${table} (
      single boolean primary key default true check (single),
      ahead interval not null default '0',
      frozen_at timestamptz
    );
    comment on table ${table} is 'table-stress: how far the virtual clock is ahead of the real one, or where it stands';
    insert into ${table} default values;
    create function ${now} returns timestamptz language plpgsql stable security definer parallel safe as $clock$
    begin
      return (
        select coalesce(c.frozen_at, pg_catalog.now() operator(pg_catalog.+) c.ahead) from ${table} c
      );
    end
    $clock$;
    comment on function ${now} is 'table-stress: the virtual clock';
    grant execute on function ${now} to public`);
  // Default privileges of the project may let the API's roles into every new table.
  const grantees = await sql<{ name: string }[]>`
    select distinct r.rolname as name
      from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
     where c.oid = ${table}::regclass and a.grantee <> c.relowner`;
  for (const { name } of grantees)
    await sql.unsafe(`revoke all on table ${table} from ${quoteIdentifier(name)}`);
  await sql.unsafe(`
    revoke all on table ${table} from public;
    alter table ${table} owner to ${role};
    alter function ${now} owner to ${role}`);
}
