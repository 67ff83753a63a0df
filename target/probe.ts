import { messageOf, TargetError } from '../contracts/errors.ts';
import { apiHeaders } from './api-headers.ts';
import { redact } from './redact.ts';
import type { Target } from './target.ts';

/**
 * Asks PostgREST, where the load will go, for one row of the application: before anything is written, address, key and
 * schema must be right.
 *
 * @throws TargetError that says what answered, without the key
 */
export async function probeApi(target: Target, schema: string): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(`${target.restUrl}/restaurants?select=id&limit=1`, {
      headers: apiHeaders(target.secretKey, schema),
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
    });
  } catch (error) {
    throw new TargetError(`PostgREST at ${target.restUrl} does not answer (${messageOf(error)})`, [
      'check that the target is up and that its address is right',
    ]);
  }
  if (answer.ok) return;
  const body = redact((await answer.text()).slice(0, 300), target.secrets);
  throw new TargetError(`PostgREST at ${target.restUrl} answers HTTP ${answer.status}: ${body}`, [
    `check the key, and that the schema ${schema} is exposed`,
  ]);
}
