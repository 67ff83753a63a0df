import { UsageError } from '../../contracts/errors.ts';
import { pollUntil } from '../../target/polling.ts';
import { requiredFunctions } from '../deployment.ts';
import { readExposedSchemas } from './exposed-schemas.ts';
import { type Api, get } from './rest.ts';

/** How long PostgREST gets to follow a change. */
export interface Patience {
  readonly intervalMs: number;
  readonly deadlineMs: number;
  /** How often PostgREST is told again: a notification that came while it lost its listener is lost. */
  readonly renotifyMs: number;
}

/**
 * 45 s, unless the environment says otherwise: a large schema cache takes its time.
 *
 * @throws UsageError when TABLE_STRESS_RELOAD_TIMEOUT_MS is no duration
 */
export function usualPatience(): Patience {
  const text = process.env.TABLE_STRESS_RELOAD_TIMEOUT_MS ?? '45000';
  const deadlineMs = Number(text);
  if (!/^\d+$/.test(text) || deadlineMs < 1000 || deadlineMs > 3_600_000) {
    throw new UsageError(`TABLE_STRESS_RELOAD_TIMEOUT_MS: ${text} is no time limit`, [
      'milliseconds from 1000 to 3600000, for instance 120000',
    ]);
  }
  return { intervalMs: 250, deadlineMs, renotifyMs: 3_000 };
}

/** A function that PostgREST must know before the schema counts as served. */
export interface KnownFunction {
  readonly name: string;
  /** Its parameters; the first is a uuid. */
  readonly parameters: readonly [string, ...string[]];
}

/** The function under test; calls name every parameter. */
export const functionUnderTest: KnownFunction = {
  name: 'assign_tables_atomic_v2',
  parameters: requiredFunctions.assign_tables_atomic_v2,
};

/** `served`: whether it is; `last`: what PostgREST said last, for people. */
export interface Served {
  readonly served: boolean;
  readonly last: string;
}

/**
 * Whether PostgREST serves the schema and knows the function in it. Reads only: the call goes by GET, which PostgREST
 * runs in a read-only transaction, and its first argument is no uuid, so it fails before the function begins.
 */
export async function isServed(
  api: Api,
  schema: string,
  known: KnownFunction,
  timeoutMs?: number,
): Promise<Served> {
  const [first, ...rest] = known.parameters;
  const query = new URLSearchParams([[first, 'x'], ...rest.map((name): [string, string] => [name, ''])]);
  const answer = await get(api, `/rpc/${encodeURIComponent(known.name)}?${query}`, schema, timeoutMs);
  const reached = answer.status >= 200 && answer.status < 300;
  // An argument cannot be read; not in a read-only transaction; more than one such function: each says it is known.
  const served = reached || /^(22...|25006|PGRST203)$/.test(answer.code);
  return { served, last: answer.summary };
}

/**
 * Waits until PostgREST serves the schema.
 *
 * @param notify tells PostgREST to reload
 */
export async function waitUntilServed(
  api: Api,
  schema: string,
  known: KnownFunction,
  notify: () => Promise<void>,
  patience: Patience,
  signal?: AbortSignal,
): Promise<Served> {
  return waitFor(
    () => isServed(api, schema, known, timeoutOf(patience)),
    (answer) => answer.served,
    notify,
    patience,
    signal,
  );
}

/** Waits until PostgREST no longer lists the schema. `served` is null when PostgREST could not be asked. */
export async function waitUntilGone(
  api: Api,
  schema: string,
  notify: () => Promise<void>,
  patience: Patience,
  signal?: AbortSignal,
): Promise<{ served: boolean | null; last: string }> {
  const look = async (): Promise<{ served: boolean | null; last: string }> => {
    try {
      const list = await readExposedSchemas(api, timeoutOf(patience));
      if (list === null) return { served: null, last: 'PostgREST does not say which schemas it exposes' };
      return { served: list.includes(schema), last: `exposed: ${list.join(', ')}` };
    } catch (error) {
      return { served: null, last: (error as Error).message };
    }
  };
  return waitFor(look, (answer) => answer.served === false, notify, patience, signal);
}

/** A PostgREST that hangs must not make one look last longer than the deadline. */
const timeoutOf = ({ deadlineMs }: Patience): number => Math.max(500, Math.min(10_000, deadlineMs));

async function waitFor<T>(
  look: () => Promise<T>,
  done: (answer: T) => boolean,
  notify: () => Promise<void>,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<T> {
  let last: T | undefined;
  let notified = performance.now();
  await pollUntil(
    async () => {
      last = await look();
      if (done(last)) return true;
      if (performance.now() - notified >= patience.renotifyMs) {
        notified = performance.now();
        await notify();
      }
      return undefined;
    },
    { intervalMs: patience.intervalMs, deadlineMs: patience.deadlineMs, signal },
  );
  return last ?? look();
}
