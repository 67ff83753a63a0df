import { UsageError } from '../contracts/errors.ts';

/** What messages about a connection string say besides its problem. */
interface Naming {
  /** The variable that holds it. */
  readonly field: string;
  /** Where to get a good one. */
  readonly help: string;
}

/**
 * Takes a connection string of PostgreSQL apart.
 *
 * @throws UsageError that names the variable, and never shows the password
 */
export function parseConnectionString(text: string, { field, help }: Naming): URL {
  const refuse = (problem: string, fix: string) => new UsageError(`${field}: ${problem}`, [fix]);
  let url: URL;
  try {
    url = new URL(text);
    decodeURIComponent(url.username + url.password);
  } catch {
    throw refuse(
      'it is no connection string',
      `write special characters of the password URL-encoded; ${help}`,
    );
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw refuse(`it begins with ${url.protocol}, a connection string with postgresql:`, help);
  }
  if (url.username === '') throw refuse('it names no user', help);
  if (url.password === '') {
    throw refuse('it has no password', 'postgresql://USER:PASSWORD@…; the dashboard can set a new password');
  }
  if (/^\[?YOUR[-_ ]?PASSWORD\]?$/i.test(decodeURIComponent(url.password))) {
    throw refuse(
      'it still has the placeholder for the password',
      'put the password of the database in its place',
    );
  }
  if (url.hash !== '') throw refuse('it has a #', 'write a # in the password as %23');
  return url;
}

/** The project that the host or the user of one of Supabase's databases names; null for any other address. */
export function projectRefIn(url: URL): string | null {
  const direct = /^db\.([^.]+)\.supabase\.(co|in|red)$/.exec(url.hostname)?.[1];
  if (direct !== undefined) return direct;
  if (!/^[a-z0-9-]+\.pooler\.supabase\.(com|co|in|red)$/.test(url.hostname)) return null;
  return /^[^.]+\.(.*)$/.exec(decodeURIComponent(url.username))?.[1] ?? null;
}
