import type postgres from 'postgres';
import { TargetError, UsageError } from '../contracts/errors.ts';

/** Schemas of PostgreSQL and of the platform: nothing may be cloned over them. */
const taken =
  /^(public|auth|extensions|storage|realtime|_realtime|vault|graphql|graphql_public|net|cron|supabase_.*|_supabase|_analytics|pgbouncer|pgsodium.*|pgtle|tiger.*|topology|information_schema|pg_.*)$/i;

/** Whether a name is PostgreSQL's or the platform's, so that no schema of ours can have it. */
export const isTaken = (schema: string): boolean => taken.test(schema);

/** PostgreSQL's limit for a name, in bytes, less the `_owner` that the role's name has behind it. */
const LONGEST = 63 - '_owner'.length;

/**
 * Refuses names under which a clone could do harm or be cut short.
 *
 * @throws UsageError for the names themselves
 * @throws TargetError when there is no such source, or there is such a schema already
 */
export async function checkNames(
  sql: postgres.TransactionSql,
  source: string,
  schema: string,
): Promise<void> {
  const fixes = ['name another with --schema NAME, for instance table_stress'];
  if (schema === '') throw new UsageError('the isolated schema needs a name', fixes);
  if (schema === source) {
    throw new UsageError(`the isolated schema cannot be the deployed one, ${source}`, fixes);
  }
  if (taken.test(schema)) {
    throw new UsageError(`${schema} is a name of PostgreSQL or of the platform, not for a clone`, fixes);
  }
  if (Buffer.byteLength(schema) > LONGEST) {
    throw new UsageError(`${schema}: the name of the isolated schema is longer than ${LONGEST} bytes`, fixes);
  }
  if (/[\p{Cc}]/u.test(schema)) {
    throw new UsageError('the name of the isolated schema has a control character', fixes);
  }
  const [word] = await sql<{ key: boolean }[]>`
    select exists (select from pg_get_keywords() where word = ${schema}) as key`;
  if (word?.key) throw new UsageError(`${schema} is a key word of SQL`, fixes);
  const found = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname in (${source}, ${schema})`;
  const present = new Set(found.map(({ name }) => name));
  if (!present.has(source)) {
    throw new TargetError(`there is no schema ${source} to clone`, ['deploy the application first']);
  }
  if (present.has(schema)) {
    throw new TargetError(`schema ${schema} exists already: it was left alone`, fixes);
  }
}
