import type postgres from 'postgres';
import { messageOf, TargetError } from '../../contracts/errors.ts';
import { identifier, literal } from '../../sql/quoting.ts';

export interface Owner {
  readonly role: string;
  /** Row-level security passes the source's owner by, but could not be made to pass the clone's by. */
  readonly lacksBypass: boolean;
}

/** How the comment of a role of ours begins. */
const ROLE_MARK = 'table-stress: ';

/**
 * Makes the role that owns the isolated schema: it cannot log in, is a member of nothing, and has no right on the
 * deployed schema. The current user becomes a member of it, with its rights.
 *
 * @param source the deployed schema, whose owners' BYPASSRLS it gets where that may be given
 * @throws TargetError when there is such a role that we did not make, or roles may not be made
 */
export async function createOwner(
  sql: postgres.TransactionSql,
  schema: string,
  source: string,
): Promise<Owner> {
  const role = `${schema}_owner`;
  const [facts] = await sql<
    {
      version: number;
      exists: boolean;
      comment: string | null;
      bypass: boolean;
    }[]
  >`
    select current_setting('server_version_num')::int as version,
           r.oid is not null as exists, shobj_description(r.oid, 'pg_authid') as comment,
           exists (select from pg_class c join pg_roles o on o.oid = c.relowner
                    where c.relnamespace = (select oid from pg_namespace where nspname = ${source})
                      and c.relkind in ('r', 'p') and (o.rolbypassrls or o.rolsuper)) as bypass
      from (values (1)) one left join pg_roles r on r.rolname = ${role}`;
  if (facts === undefined) throw new Error('the catalog of roles answers nothing');
  if (facts.exists && !facts.comment?.startsWith(ROLE_MARK)) {
    throw new TargetError(`role ${role} exists and is not ours: it was left alone`, [
      'name another schema with --schema NAME, or drop that role if nobody needs it',
    ]);
  }
  const name = identifier(role);
  const options = facts.version >= 160000 ? ' with inherit true, set true' : '';
  try {
    await sql.unsafe(`
      ${facts.exists ? '' : `create role ${name} nologin noinherit nosuperuser nocreatedb nocreaterole;`}
      comment on role ${name} is ${literal(`${ROLE_MARK}owns schema ${schema}`)};
      grant ${name} to current_user${options};`);
  } catch (error) {
    if (['23505', '42710', 'XX000'].includes((error as { code?: string }).code ?? '')) {
      throw new TargetError(
        `another session is making or removing ${schema} at this moment: ${messageOf(error)}`,
        ['try again when it is done, or name another schema with --schema NAME'],
        error,
      );
    }
    throw new TargetError(
      `the role ${role}, which is to own the isolated schema, cannot be made: ${messageOf(error)}`,
      ['use a database URL whose role may create roles, on hosted projects postgres'],
      error,
    );
  }
  const lacksBypass = facts.bypass && !(await attempt(sql, `alter role ${name} bypassrls`));
  return { role, lacksBypass };
}

/** Runs a statement that may fail without harm to the transaction. Tells whether it worked. */
export async function attempt(sql: postgres.TransactionSql, statement: string): Promise<boolean> {
  try {
    await sql.savepoint((inner) => inner.unsafe(statement));
    return true;
  } catch (error) {
    // What ends the whole transaction, or what the user did, is no answer to the question.
    if (/^(57|08)/.test((error as { code?: string }).code ?? '08')) throw error;
    return false;
  }
}
