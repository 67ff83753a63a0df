import { TargetError } from '../../contracts/errors.ts';
import { parseExposedSchemas } from '../../target/staging/api.ts';
import { type Api, get } from './rest.ts';

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
