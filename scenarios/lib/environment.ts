/**
 * What a scenario is told from outside, all through the environment. There is no default for the address or the key:
 * a script that was started by mistake must not find a project to load.
 */
export interface Environment {
  /** Base URL of PostgREST without a trailing slash, for instance https://<ref>.supabase.co/rest/v1 */
  restUrl: string;
  secretKey: string;
  schema: string;
  /** Path of plan.json. */
  planFile: string;
  /** Name of this load generator in the history. */
  runner: string;
  /** Where the end-of-test summary goes; null: k6's text summary on the terminal. */
  summaryFile: string | null;
}

export function readEnvironment(scenario: string): Environment {
  const required = (name: string, meaning: string): string => {
    const value = __ENV[name];
    if (!value) throw new Error(`${name} is not set: ${meaning}`);
    return value;
  };
  return {
    restUrl: required('TABLE_STRESS_REST_URL', 'base URL of PostgREST').replace(/\/+$/, ''),
    secretKey: required('SUPABASE_SECRET_KEY', 'service_role JWT or sb_secret_ key'),
    schema: required('TABLE_STRESS_SCHEMA', 'schema that receives the load'),
    planFile: required('TABLE_STRESS_PLAN', 'path of plan.json'),
    runner: __ENV.TABLE_STRESS_RUNNER || scenario,
    summaryFile: __ENV.TABLE_STRESS_SUMMARY || null,
  };
}
