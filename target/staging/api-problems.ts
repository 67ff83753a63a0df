import { messageOf, TargetError } from '../../contracts/errors.ts';
import { redact } from '../redact.ts';
import type { ApiAccess, ApiAnswer } from './api.ts';

/** Why nobody answered, in words. */
export function noAnswer(restUrl: string, error: unknown): TargetError {
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause;
  const code = typeof cause?.code === 'string' ? cause.code : '';
  const { origin, hostname } = new URL(restUrl);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new TargetError(`SUPABASE_URL: the name ${hostname} is not known (${code})`, [
      'compare the ref with the dashboard: the address of a project that was removed or paused for long is gone',
      'or check that this machine can resolve names',
    ]);
  }
  if (code === 'ECONNREFUSED') {
    return new TargetError(`SUPABASE_URL: nothing listens at ${origin}`, ['check that the project is up']);
  }
  const late = error instanceof Error && error.name === 'TimeoutError';
  const why = late ? 'no answer in time' : code || messageOf(error);
  return new TargetError(`SUPABASE_URL: ${origin} does not answer (${why})`, [
    'check that the project is up and that this machine may reach it',
  ]);
}

/** Statuses of Supabase's edge that tell more than their class. */
const edgeStatuses: Record<number, { problem: string; fix: string }> = {
  402: {
    problem: 'the project is restricted: its organisation has used up its quota',
    fix: 'see the dashboard’s usage page',
  },
  521: { problem: 'the project does not accept connections', fix: 'see its health in the dashboard' },
  522: { problem: 'the project does not answer its gateway', fix: 'see its health in the dashboard' },
  540: { problem: 'the project is paused', fix: 'restore it in the dashboard, and wait until it is up' },
  544: { problem: 'the project does not answer its gateway in time', fix: 'see its health in the dashboard' },
};

/**
 * What is wrong with address, key or project when the API gives such an answer.
 *
 * @returns null for an answer that says none of it
 */
export function problemOf(answer: ApiAnswer, api: ApiAccess): TargetError | null {
  const { status } = answer;
  const { origin } = new URL(api.restUrl);
  const edge = edgeStatuses[status];
  if (edge) return new TargetError(`SUPABASE_URL: ${edge.problem} (HTTP ${status})`, [edge.fix]);
  if (status === 401 || status === 403) {
    return new TargetError(`the project refuses the key (HTTP ${status}: ${said(answer, api)})`, [
      'SUPABASE_SECRET_KEY: copy the secret key of this very project once more; a rotated or disabled key is refused too',
    ]);
  }
  if (status >= 300 && status < 400 && answer.headers.has('location')) {
    return new TargetError(`SUPABASE_URL: ${origin} redirects, and the key is not sent elsewhere`, [
      'use the address that the dashboard shows',
    ]);
  }
  if (answer.body === undefined) {
    const kind = /^\s*</.test(answer.text) ? 'an HTML page' : 'something else';
    return new TargetError(
      `SUPABASE_URL: ${origin} answers with ${kind} instead of JSON (HTTP ${status}): is this the project’s URL?`,
      [
        'use the Project URL from the dashboard’s API settings; a firewall or a captive portal can also answer so',
      ],
    );
  }
  if (status === 404) {
    return new TargetError(
      `SUPABASE_URL: no project answers at ${api.restUrl} (HTTP 404: ${said(answer, api)})`,
      ['use the Project URL from the dashboard’s API settings'],
    );
  }
  if (status >= 500) {
    return new TargetError(`PostgREST cannot work at present (HTTP ${status}: ${said(answer, api)})`, [
      'wait until the project’s database and API are healthy in the dashboard',
    ]);
  }
  return null;
}

/** The answer's own words, short and without secrets. */
export function said({ body, text }: ApiAnswer, { secrets }: Pick<ApiAccess, 'secrets'>): string {
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  const words = typeof message === 'string' ? message : text;
  const line = `${typeof code === 'string' ? `${code}: ` : ''}${words}`.replace(/\s+/g, ' ').trim();
  // Before it is cut: half a secret would not be recognised.
  return redact(line, secrets).slice(0, 200);
}
