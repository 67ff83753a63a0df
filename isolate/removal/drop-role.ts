import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { execute } from '../../sql/execute.ts';
import { otherPossessions } from './dependents.ts';

/**
 * Makes the login role a member of a role that it made, so that it may do with its objects what the role may. A run
 * that crashed may not have come that far.
 *
 * @throws PostgresError with code 42501 when the login role did not make it
 */
export async function joinRole(sql: postgres.Sql, role: string): Promise<void> {
  const [row] = await sql<{ user: string; member: boolean }[]>`
    select current_user as user, pg_has_role(current_user, ${role}, 'usage') as member`;
  if (row && !row.member) await execute(sql, 'grant %I to %I', [role, row.user]);
}

/**
 * Drops the owner of an isolated schema, with every right that it was given anywhere in this database.
 *
 * @param sql a single connection, as the role that made it
 * @throws TargetError when it owns something outside the schema, or is no role of that kind: it stays then
 */
export async function dropRole(sql: postgres.Sql, role: string, schema: string): Promise<void> {
  const [row] = await sql<{ ordinary: boolean }[]>`
    select not rolcanlogin and not rolsuper and rolname <> current_user as ordinary
      from pg_roles where rolname = ${role}`;
  if (row === undefined) return;
  if (!row.ordinary) {
    throw new TargetError(
      `the role ${role} can log in, or is a superuser: table-stress makes no such role, so it was left alone`,
    );
  }
  const others = await otherPossessions(sql, role, schema);
  if (others.length > 0) {
    throw new TargetError(
      `the role ${role} owns ${others.slice(0, 5).join(', ')}${others.length > 5 ? ' …' : ''}, so it was left alone`,
      ['give that to another owner: REASSIGN OWNED or ALTER … OWNER TO'],
    );
  }
  await joinRole(sql, role);
  await sql.begin(async (transaction) => {
    await transaction.unsafe("set local lock_timeout = '30s'");
    await execute(transaction, 'drop owned by %I', [role]);
    await execute(transaction, 'drop role %I', [role]);
  });
}
