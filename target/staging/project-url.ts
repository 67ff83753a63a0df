import { UsageError } from '../../contracts/errors.ts';
import { isProjectRef } from './project-ref.ts';

/** Domains below which Supabase gives each project a name of its own: `<ref>.supabase.co`. */
const hostedDomains = ['supabase.co', 'supabase.in', 'supabase.red'];

/** Names of this machine. */
export const loopbackHosts: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

const expected = (projectRef: string) => `SUPABASE_URL=https://${projectRef}.supabase.co`;

/**
 * Checks that a project URL leads to the named project. A stand-in on this machine names the project in its path,
 * because its host cannot.
 *
 * @returns the URL without a trailing slash, and whether it is a stand-in's
 * @throws UsageError for everything else
 */
export function checkProjectUrl(text: string, projectRef: string): { supabaseUrl: string; standIn: boolean } {
  const url = parse(text, projectRef);
  if (loopbackHosts.includes(url.hostname)) {
    return { supabaseUrl: checkStandIn(url, projectRef), standIn: true };
  }
  const [ref = '', ...domain] = url.hostname.split('.');
  if (!hostedDomains.includes(domain.join('.')) || !isProjectRef(ref)) {
    throw refuse(
      `the host ${url.hostname} does not tell which project it leads to, so no load goes there`,
      `a custom domain cannot be checked; use the project's own address, which works beside it: ${expected(projectRef)}`,
    );
  }
  if (url.protocol !== 'https:') {
    throw refuse('it is not https, and the secret key would travel in clear', expected(projectRef));
  }
  if (ref !== projectRef) throw disagree(ref, projectRef);
  if (url.port !== '') throw refuse('a hosted project has no port of its own', expected(projectRef));
  if (url.pathname !== '/') {
    throw refuse('it has a path; /rest/v1 is added by table-stress', expected(projectRef));
  }
  return { supabaseUrl: url.origin, standIn: false };
}

function parse(text: string, projectRef: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse('it is no URL', expected(projectRef));
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(`it begins with ${url.protocol}, a project URL with https:`, expected(projectRef));
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse('it holds a user name or password', expected(projectRef));
  }
  if (url.search !== '' || url.hash !== '') {
    throw refuse('it has something behind a ? or #', expected(projectRef));
  }
  return url;
}

function checkStandIn(url: URL, projectRef: string): string {
  const [ref = '', ...rest] = url.pathname.split('/').slice(1);
  if (!isProjectRef(ref) || rest.join('') !== '') {
    throw refuse(
      'on this machine the path must be the ref of the project that it stands for, and nothing else',
      `SUPABASE_URL=${url.origin}/${projectRef}; for the embedded target use --target local instead`,
    );
  }
  if (ref !== projectRef) throw disagree(ref, projectRef);
  return `${url.origin}/${ref}`;
}

function disagree(inUrl: string, projectRef: string): UsageError {
  return new UsageError(
    `SUPABASE_URL: leads to the project ${inUrl}, but TABLE_STRESS_PROJECT_REF names ${projectRef}`,
    ['make both name the project that is to get the load'],
  );
}

function refuse(problem: string, fix: string): UsageError {
  return new UsageError(`SUPABASE_URL: ${problem}`, [fix]);
}
