/**
 * What a scenario is told from outside, all through the environment. There is no default for the address or the key:
 * a script that was started by mistake must not find a project to load.
 */
export class Environment {
  /** Path of plan.json. */
  readonly planFile: string;
  /** Name of this load generator in the history, but for its segment; see `segment.ts`. */
  readonly runner: string;
  /** Where the end-of-test summary goes: a file, or `-` for the console among the records; null: a line on the terminal. */
  readonly summaryFile: string | null;
  /** Instant at which all load generators of the scenario begin, milliseconds since the epoch; null: at once. */
  readonly startAt: number | null;

  /** Asks for the plan only, so that `k6 archive` needs neither address nor key, and cannot pack them. */
  constructor(scenario: string) {
    this.planFile = required('TABLE_STRESS_PLAN', 'path of plan.json');
    this.runner = __ENV.TABLE_STRESS_RUNNER || scenario;
    this.summaryFile = __ENV.TABLE_STRESS_SUMMARY || null;
    this.startAt = instant('TABLE_STRESS_START');
  }

  /** Base URL of PostgREST without a trailing slash, for instance https://<ref>.supabase.co/rest/v1 */
  get restUrl(): string {
    return required('TABLE_STRESS_REST_URL', 'base URL of PostgREST').replace(/\/+$/, '');
  }

  get secretKey(): string {
    return required('SUPABASE_SECRET_KEY', 'service_role JWT or sb_secret_ key');
  }

  get schema(): string {
    return required('TABLE_STRESS_SCHEMA', 'schema that receives the load');
  }
}

/** Parameters of the deployed function that confirms holds, by name; none where there is no such function. */
export function confirmParameters(): string[] {
  return (__ENV.TABLE_STRESS_CONFIRM ?? '').split(',').filter((name) => name !== '');
}

/** ISO 8601 with an offset, or milliseconds since the epoch; null when it is not set. */
function instant(name: string): number | null {
  const value = __ENV[name];
  if (!value) return null;
  const parsed = /^\d+$/.test(value)
    ? Number(value)
    : /(Z|[+-]\d\d:\d\d)$/.test(value)
      ? Date.parse(value)
      : Number.NaN;
  if (Number.isNaN(parsed)) {
    throw new Error(`${name} is no instant: ISO 8601 with an offset, for instance 2026-11-27T18:00:00Z`);
  }
  return parsed;
}

function required(name: string, meaning: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`${name} is not set: ${meaning}`);
  return value;
}
