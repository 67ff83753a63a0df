import { vi } from 'vitest';
import type { Operation } from '../../../history/operation.ts';
import { Calls } from '../../../scenarios/lib/calls.ts';
import { Client } from '../../../scenarios/lib/client.ts';
import { Environment } from '../../../scenarios/lib/environment.ts';
import { Pace } from '../../../scenarios/lib/pace.ts';
import { Recorder } from '../../../scenarios/lib/recorder.ts';
import { type Response, serve } from './k6.ts';

export const run = 'abcdef01';
export const schema = 'stress';
export const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl';
export const id = (last: number): string => `${run}-0302-8000-8000-${String(last).padStart(12, '0')}`;

/** A client whose next requests are answered like this. */
export function clientOf(key: string, ...answers: Partial<Response>[]): Client {
  vi.stubGlobal('__ENV', {
    TABLE_STRESS_PLAN: 'plan.json',
    TABLE_STRESS_REST_URL: 'http://127.0.0.1:3000',
    TABLE_STRESS_SCHEMA: schema,
    SUPABASE_SECRET_KEY: key,
  });
  serve(...answers);
  return new Client(new Environment('smoke'));
}

/** What the calls of virtual user 3 of 10 are made of. */
export function parts(...answers: Partial<Response>[]): { client: Client; recorder: Recorder } {
  const recorder = new Recorder({ run, runner: 'machine-1', scenario: 'smoke' }, 2, 10);
  return { client: clientOf(jwt, ...answers), recorder };
}

/** Its calls, and the lines that it wrote so far. */
export function virtualUser(...answers: Partial<Response>[]): { calls: Calls; written: () => Operation[] } {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const { client, recorder } = parts(...answers);
  const calls = new Calls(client, recorder, new Pace(0));
  return { calls, written: () => log.mock.calls.map(([line]) => JSON.parse(line as string) as Operation) };
}

export const json = (body: unknown, status = 200): Partial<Response> => ({
  status,
  body: JSON.stringify(body),
});

/** An error body of PostgREST. */
export const refused = (code: string, message: string, status = 400): Partial<Response> =>
  json({ code, message, details: null, hint: null }, status);

/** No answer within the time-out, as k6 shows it. */
export const timedOut: Partial<Response> = { status: 0, error: 'request timeout', error_code: 1050 };
