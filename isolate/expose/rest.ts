import { messageOf } from '../../contracts/errors.ts';
import { apiHeaders } from '../../target/api-headers.ts';
import { redact } from '../../target/redact.ts';
import type { Target } from '../../target/target.ts';

/** What is needed to ask PostgREST. */
export type Api = Pick<Target, 'restUrl' | 'secretKey' | 'secrets'>;

/** An answer of PostgREST, or the reason why there was none. */
export interface Answer {
  /** HTTP status; 0: no answer. */
  readonly status: number;
  /** PostgREST's or PostgreSQL's code in the body; empty when there is none. */
  readonly code: string;
  /** The body as JSON; undefined when it is something else. */
  readonly body: unknown;
  /** One line for people, without secrets: `HTTP 406, PGRST106: The schema must be …`. */
  readonly summary: string;
}

/** Reads a path of PostgREST in a schema. Never throws and never writes. */
export async function get(api: Api, path: string, schema: string, timeoutMs = 10_000): Promise<Answer> {
  try {
    const answer = await fetch(`${api.restUrl}${path}`, {
      headers: apiHeaders(api.secretKey, schema),
      // Following a redirect would hand the key to whoever it names.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return describe(answer.status, await answer.text(), api.secrets);
  } catch (error) {
    return { status: 0, code: '', body: undefined, summary: `no answer (${messageOf(error)})` };
  }
}

function describe(status: number, text: string, secrets: readonly string[]): Answer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {}
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  const said = typeof message === 'string' ? message : text.slice(0, 200);
  return {
    status,
    code: typeof code === 'string' ? code : '',
    body,
    summary: redact(`HTTP ${status}, ${typeof code === 'string' ? `${code}: ` : ''}${said}`, secrets),
  };
}
