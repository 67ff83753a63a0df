import { UsageError } from '../../contracts/errors.ts';
import { parseConnectionString, projectRefIn } from '../../target/connection-string.ts';
import { type Environment, readEnvironment } from '../../target/staging/environment.ts';
import { loopbackHosts } from '../../target/staging/project-url.ts';

/** A database to look at. No load goes there, so no guard of load is asked. */
export interface AuditedDatabase {
  /** Contains the password. */
  readonly url: string;
  /** Host and port, for people. */
  readonly host: string;
  /** Where it was named, for messages: a variable, or `--target FILE`. */
  readonly field: string;
  /** For people; no secret. */
  readonly description: string;
}

/** The variable that `--database-url-env` means without a name. */
export const usualVariable = 'AUDIT_DATABASE_URL';

const help =
  'postgresql://USER:PASSWORD@HOST:5432/DATABASE; a read replica and a role that may only read are best';

/**
 * The database whose connection string a variable of the environment or of `.env` holds.
 *
 * @throws UsageError that names the variable and shows no secret
 */
export function databaseIn(variable: string, environment: Environment = readHere()): AuditedDatabase {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw new UsageError(
      '--database-url-env: is to be the name of a variable, and what it got is none (not shown)',
      [
        `put the connection string into a variable, so that no list of processes shows it: export ${usualVariable}=…; then --database-url-env ${usualVariable}`,
      ],
    );
  }
  const found = environment.get(variable);
  if (found === null) {
    throw new UsageError(`${variable}: not set, neither in the environment nor in .env`, [help]);
  }
  const url = checked(found.value, variable);
  return { ...url, field: variable, description: `${variable} (${url.host}/${url.database})` };
}

/**
 * The database of the hosted project in the environment: the one that `--target staging` means elsewhere, without the
 * rules for load. Where the environment names the project too, both have to agree.
 *
 * @throws UsageError that names the variable and shows no secret
 */
export function databaseOfStaging(environment: Environment = readHere()): AuditedDatabase {
  const database = databaseIn('SUPABASE_DB_URL', environment);
  const project = projectRefIn(new URL(database.url));
  const named = environment.get('TABLE_STRESS_PROJECT_REF')?.value ?? null;
  if (project !== null && named !== null && project !== named) {
    throw new UsageError(
      'SUPABASE_DB_URL: leads to the database of another project than TABLE_STRESS_PROJECT_REF names',
      ['correct one of the two; for a database of no such project use --database-url-env'],
    );
  }
  return { ...database, description: `staging project ${project ?? named ?? ''} (${database.host})` };
}

function readHere(): Environment {
  return readEnvironment(process.env, process.cwd());
}

function checked(text: string, field: string): { url: string; host: string; database: string } {
  const url = parseConnectionString(text, { field, help });
  const database = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  const port = url.port || '5432';
  const local = loopbackHosts.includes(url.hostname);
  const sslmode = url.searchParams.get('sslmode') ?? (local ? 'prefer' : 'require');
  if (!['require', 'verify-full', 'disable', ...(local ? ['prefer'] : [])].includes(sslmode)) {
    throw new UsageError(`${field}: its sslmode may or may not encrypt, or is unknown`, [
      'leave sslmode out (then it is require), or set it to require, verify-full or disable',
    ]);
  }
  // Only what is known is passed on: parameters of a connection string can change what a session does.
  const credentials = `${url.username}:${url.password}`;
  return {
    url: `postgres://${credentials}@${url.hostname}:${port}/${encodeURIComponent(database)}?sslmode=${sslmode}`,
    host: `${url.hostname}:${port}`,
    database,
  };
}
