import type postgres from 'postgres';
import type { Check } from '../../checks.ts';
import type { ApiAccess, ApiReading } from '../api.ts';
import { inWords } from '../postgrest-version.ts';
import { probeRetries, type RetryReading } from '../retry-probe.ts';
import { ok, warn } from './check.ts';
import type { Schemas } from './check-staging.ts';

/** Measures hidden retries when that was asked for and there is a schema of ours to do it in. */
export async function checkRetries(
  sql: postgres.Sql,
  api: ApiAccess,
  reading: ApiReading | null,
  { isolated }: Schemas,
  probe: boolean,
): Promise<Check[]> {
  const name = 'hidden retries';
  if (!probe) return [];
  if (!reading?.exposedSchemas?.includes(isolated)) {
    return [
      warn(
        name,
        `not measured: ${isolated} is not there or not exposed`,
        'make it first, with the isolate command',
      ),
    ];
  }
  const { serialization, deadlock } = await probeRetries(sql, api, isolated);
  const words = inWords({ serialization: serialization.behaviour, deadlock: deadlock.behaviour });
  const seen = (code: string, { executions, answer }: RetryReading) =>
    `${code}: 1 call, ${executions} ${executions === 1 ? 'execution' : 'executions'}, ${answer}`;
  return [ok(name, `measured: ${words}`, [seen('40001', serialization), seen('40P01', deadlock)])];
}
