import { TargetError } from '../../contracts/errors.ts';
import { type Api, get } from './rest.ts';
import { namesIn } from './schema-list.ts';

/** No list can hold this name: it has a comma. */
const impossible = 'no,such,schema';

/**
 * Which schemas PostgREST serves at this moment, in its order: the only way to see what the dashboard, a configuration
 * file and role settings add up to.
 *
 * @returns null when PostgREST answers, but not with a list
 * @throws TargetError when PostgREST does not answer
 */
export async function readExposedSchemas(api: Api, timeoutMs?: number): Promise<string[] | null> {
  const answer = await get(api, '/', impossible, timeoutMs);
  if (answer.status === 0 || answer.status >= 500) {
    throw new TargetError(`PostgREST at ${api.restUrl} does not answer: ${answer.summary}`, [
      'check that the target is up and that its address is right',
    ]);
  }
  return answer.code === 'PGRST106' ? parseExposedSchemas(answer.body) : null;
}

/**
 * Finds the list in the body of a PGRST106. Its place and words changed over time: `The schema must be one of the
 * following: a, b` in the message, later `Only the following schemas are exposed: a, b` in the hint.
 */
export function parseExposedSchemas(body: unknown): string[] | null {
  const { message, hint, details } = (body ?? {}) as Record<string, unknown>;
  for (const text of [hint, message, details]) {
    if (typeof text !== 'string') continue;
    const list = /\bfollowing\b[^:]*:(.*)$/s.exec(text)?.[1];
    if (list === undefined) continue;
    const names = namesIn(list.trim().replace(/\.$/, ''));
    if (names.length > 0) return names;
  }
  return null;
}
