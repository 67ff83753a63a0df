/**
 * What a scenario is told from outside, all through the environment. There is no default for the address or the key:
 * a script that was started by mistake must not find a project to load.
 */
export class Environment {
  /** Path of plan.json. */
  readonly planFile: string;
  /** Name of this load generator in the history. */
  readonly runner: string;
  /** Where the end-of-test summary goes; null: a line on the terminal. */
  readonly summaryFile: string | null;

  /** Asks for the plan only, so that `k6 archive` needs neither address nor key, and cannot pack them. */
  constructor(scenario: string) {
    this.planFile = required('TABLE_STRESS_PLAN', 'path of plan.json');
    this.runner = __ENV.TABLE_STRESS_RUNNER || scenario;
    this.summaryFile = __ENV.TABLE_STRESS_SUMMARY || null;
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

function required(name: string, meaning: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`${name} is not set: ${meaning}`);
  return value;
}
