import { TargetError } from '../../contracts/errors.ts';
import { apiHeaders } from '../api-headers.ts';
import type { Target } from '../target.ts';
import { noAnswer, problemOf } from './api-problems.ts';

/** What is needed to ask PostgREST. */
export type ApiAccess = Pick<Target, 'restUrl' | 'secretKey' | 'secrets'>;

/** An answer, whatever it says. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined when it is something else. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface Question {
  /** Path below the REST URL, with its query. */
  readonly path: string;
  /** The schema that is meant: requests without one go to the first exposed schema, so it is required. */
  readonly schema: string;
  /** Sent as the parameters of a function, by POST; without it the question is a GET. */
  readonly parameters?: Record<string, unknown>;
  /** Milliseconds until the whole answer must be there. Default 15 s. */
  readonly timeoutMs?: number;
}

/**
 * Asks PostgREST as service_role.
 *
 * @throws TargetError when nobody answers in time; an answer of any status is returned
 */
export async function ask(api: ApiAccess, question: Question): Promise<ApiAnswer> {
  const { path, schema, parameters, timeoutMs = 15_000 } = question;
  const profile = parameters === undefined ? 'Accept-Profile' : 'Content-Profile';
  const headers = apiHeaders(api.secretKey, schema, profile);
  if (parameters !== undefined) headers['Content-Type'] = 'application/json';
  try {
    const answer = await fetch(`${api.restUrl}${path}`, {
      method: parameters === undefined ? 'GET' : 'POST',
      headers,
      ...(parameters === undefined ? {} : { body: JSON.stringify(parameters) }),
      // Following a redirect would hand the key to whoever it names.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    return { status: answer.status, text, body: parse(text), headers: answer.headers };
  } catch (error) {
    throw noAnswer(api.restUrl, error);
  }
}

/** Code in the body of an error answer, PostgREST's or PostgreSQL's; empty when there is none. */
export function codeOf({ body }: ApiAnswer): string {
  const code = (body as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** What the API tells about itself. */
export interface ApiReading {
  /** Schemas that PostgREST serves, the default one first; null when it did not list them. */
  readonly exposedSchemas: readonly string[] | null;
  /** Version from the `Server` header, which hosted projects replace by their own: then null. */
  readonly postgrestVersion: string | null;
}

/** No list of schemas can hold it: PostgREST cuts the list at commas. */
const impossibleSchema = 'no,such,schema';

/**
 * Checks address and key, and reads which schemas are served, with one request that cannot succeed: PostgREST's refusal
 * (PGRST106) lists what it would accept.
 *
 * @throws TargetError that says what is wrong: address, key, project paused, PostgREST down
 */
export async function readApi(api: ApiAccess): Promise<ApiReading> {
  const answer = await ask(api, { path: '/', schema: impossibleSchema });
  if (codeOf(answer) !== 'PGRST106') {
    throw (
      problemOf(answer, api) ??
      new TargetError(`${api.restUrl} answers, but not like PostgREST (HTTP ${answer.status})`, [
        'SUPABASE_URL: is this the project’s URL?',
      ])
    );
  }
  return {
    exposedSchemas: parseExposedSchemas(answer.body),
    postgrestVersion: /postgrest\/(\d+(?:\.\d+)*)/i.exec(answer.headers.get('server') ?? '')?.[1] ?? null,
  };
}

/**
 * The list in the body of a PGRST106. Its place and words differ by version: `The schema must be one of the following:
 * a, b` in the message, later `Only the following schemas are exposed: a, b` in the hint.
 */
export function parseExposedSchemas(body: unknown): string[] | null {
  const { message, hint, details } = (body ?? {}) as Record<string, unknown>;
  for (const text of [hint, message, details]) {
    const list = typeof text === 'string' ? /\bfollowing\b[^:]*:(.*)$/s.exec(text)?.[1] : undefined;
    const names = (list ?? '').trim().replace(/\.$/, '').split(',');
    const schemas = names.map((name) => name.trim()).filter((name) => name !== '');
    if (schemas.length > 0) return schemas;
  }
  return null;
}

/**
 * PostgREST's version from the title page of its own description, for a hosted project without a database URL.
 *
 * @returns null when there is no such page
 */
export async function versionFromOpenApi(api: ApiAccess, schema: string): Promise<string | null> {
  const { body } = await ask(api, { path: '/', schema }).catch(() => ({ body: undefined }));
  const version = (body as { info?: { version?: unknown } } | null | undefined)?.info?.version;
  return typeof version === 'string' ? (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? null) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
