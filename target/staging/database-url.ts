import { UsageError } from '../../contracts/errors.ts';
import { parseConnectionString } from '../connection-string.ts';
import { isProjectRef } from './project-ref.ts';
import { loopbackHosts } from './project-url.ts';

/** A database connection that allows what the harness does. */
export interface DatabaseAccess {
  /** Normalised connection string with the password; unknown parameters are left out. */
  readonly url: string;
  readonly kind: 'direct' | 'session pooler' | 'on this machine';
  /** Host and port, for people. */
  readonly host: string;
}

interface Project {
  readonly projectRef: string;
  /** Whether the project URL leads to this machine. */
  readonly standIn: boolean;
}

/** What a pooler that shares a session between callers cannot do, and so neither the stages through it. */
const transactionMode =
  'a transaction pooler, which keeps no session: no advisory locks, no prepared statements, no settings, no LISTEN';

/**
 * Checks that a connection string leads to the database of the named project, with sessions of its own.
 *
 * @throws UsageError that never shows the password
 */
export function checkDatabaseUrl(text: string, project: Project): DatabaseAccess {
  const url = parse(text, project.projectRef);
  const kind = loopbackHosts.includes(url.hostname) ? checkLocal(url, project) : checkHosted(url, project);
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const database = url.pathname.length > 1 ? url.pathname : '/postgres';
  const ssl = kind === 'on this machine' ? '' : `?sslmode=${sslMode(url)}`;
  const port = url.port || '5432';
  return {
    url: `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${url.hostname}:${port}${database}${ssl}`,
    kind,
    host: `${url.hostname}:${port}`,
  };
}

function parse(text: string, ref: string): URL {
  const url = parseConnectionString(text, { field: 'SUPABASE_DB_URL', help: whichUrl(ref) });
  if (url.port === '6543') {
    throw refuse(`port 6543 is ${transactionMode}`, whichUrl(ref));
  }
  return url;
}

function checkLocal(url: URL, { projectRef, standIn }: Project): DatabaseAccess['kind'] {
  if (!standIn) {
    throw refuse(
      'it leads to this machine, but SUPABASE_URL to a hosted project: a tunnel does not tell which database it reaches',
      whichUrl(projectRef),
    );
  }
  if (url.hostname === '[::1]') throw refuse('[::1] is not supported', 'write 127.0.0.1');
  const user = decodeURIComponent(url.username);
  const ref = /^postgres\.(.*)$/.exec(user)?.[1];
  if (user !== 'postgres' && ref === undefined) throw wrongUser(projectRef);
  if (ref !== undefined && ref !== projectRef) throw otherProject(projectRef);
  return 'on this machine';
}

function checkHosted(url: URL, { projectRef, standIn }: Project): DatabaseAccess['kind'] {
  if (standIn) {
    throw refuse(
      'it leads away from this machine, but SUPABASE_URL to this machine',
      'give the stand-in’s own database, or leave SUPABASE_DB_URL out',
    );
  }
  const user = decodeURIComponent(url.username);
  const direct = /^db\.([^.]+)\.supabase\.(co|in|red)$/.exec(url.hostname)?.[1];
  const pooler = /^[a-z0-9-]+\.pooler\.supabase\.(com|co|in|red)$/.test(url.hostname);
  if (direct === undefined && !pooler) {
    throw refuse(
      `the host ${url.hostname} is not known as one of Supabase’s databases`,
      whichUrl(projectRef),
    );
  }
  if (url.port !== '' && url.port !== '5432') {
    throw refuse(`port ${url.port} is not the port of sessions, 5432`, whichUrl(projectRef));
  }
  if (direct !== undefined) {
    if (direct !== projectRef) throw otherProject(projectRef);
    if (user !== 'postgres') throw wrongUser(projectRef);
    return 'direct';
  }
  const ref = /^postgres\.(.*)$/.exec(user)?.[1] ?? '';
  if (!isProjectRef(ref)) throw wrongUser(projectRef);
  if (ref !== projectRef) throw otherProject(projectRef);
  return 'session pooler';
}

function sslMode(url: URL): string {
  const mode = url.searchParams.get('sslmode') ?? 'require';
  if (mode === 'require' || mode === 'verify-full') return mode;
  throw refuse(
    'its sslmode would allow a connection without encryption, or is unknown',
    'leave sslmode out (then it is require), or set it to require or verify-full',
  );
}

function otherProject(projectRef: string): UsageError {
  return refuse(
    `leads to the database of another project than ${projectRef}, which SUPABASE_URL names`,
    whichUrl(projectRef),
  );
}

function wrongUser(projectRef: string): UsageError {
  return refuse(
    `the user is not the one that deploys the application: postgres on the direct connection, postgres.${projectRef} on the pooler`,
    whichUrl(projectRef),
  );
}

function whichUrl(ref: string): string {
  return (
    `use the direct connection (postgresql://postgres:PASSWORD@db.${ref}.supabase.co:5432/postgres, IPv6) or the ` +
    `session pooler (postgresql://postgres.${ref}:PASSWORD@<name>.pooler.supabase.com:5432/postgres), ` +
    'from Connect in the dashboard; or leave SUPABASE_DB_URL out'
  );
}

function refuse(problem: string, fix: string): UsageError {
  return new UsageError(`SUPABASE_DB_URL: ${problem}`, [fix]);
}
