import { UsageError } from '../../contracts/errors.ts';
import { readEnvironment } from './environment.ts';
import { guard, type StagingConfiguration } from './guard.ts';
import { isProjectRef } from './project-ref.ts';

/** What the user said, not judged yet. Contains secrets. */
export interface StagingSettings {
  readonly url: string;
  readonly key: string;
  /** The variable that the key came from, for messages. */
  readonly keyField: KeyField;
  /** null: only the API is known. */
  readonly databaseUrl: string | null;
  readonly projectRef: string;
  /** Projects that never receive load. */
  readonly protectedRefs: readonly string[];
  /** For people; no secrets. */
  readonly warnings: readonly string[];
}

export type KeyField = 'SUPABASE_SECRET_KEY' | 'SUPABASE_SERVICE_ROLE_KEY';

export interface ConfigurationOptions {
  /** Default: the process's environment. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Where `.env` may be. Default: the working directory. */
  folder?: string | undefined;
  /** More protected projects, from thresholds.json. */
  protectedRefs?: readonly string[] | undefined;
}

/**
 * Reads which hosted project is meant and lets the guard decide whether load may go there. Opens no connection.
 *
 * @throws UsageError that names the variable, its problem and the fix, and shows no secret
 */
export function configureStaging(options: ConfigurationOptions = {}): StagingConfiguration {
  return guard(readSettings(options));
}

/**
 * Reads the variables, from the environment and `.env`.
 *
 * @throws UsageError that names what is missing
 */
export function readSettings(options: ConfigurationOptions = {}): StagingSettings {
  const environment = readEnvironment(options.env ?? process.env, options.folder ?? process.cwd());
  const url = environment.get('SUPABASE_URL');
  const projectRef = environment.get('TABLE_STRESS_PROJECT_REF');
  const fields: KeyField[] = ['SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY'];
  const keyField =
    fields.find((field) => environment.get(field)?.source === 'environment') ??
    fields.find((field) => environment.get(field) !== null);
  const key = keyField === undefined ? null : environment.get(keyField);
  if (url === null || projectRef === null || keyField === undefined || key === null) {
    throw missing({
      SUPABASE_URL: url,
      TABLE_STRESS_PROJECT_REF: projectRef,
      'SUPABASE_SECRET_KEY (or SUPABASE_SERVICE_ROLE_KEY)': key,
    });
  }
  // Protection adds up: a variable of the environment cannot take away what the file protects.
  const named = environment.all('TABLE_STRESS_PROTECTED_REFS').flatMap(({ value }) => listOf(value));
  return {
    url: url.value,
    key: key.value,
    keyField,
    databaseUrl: environment.get('SUPABASE_DB_URL')?.value ?? null,
    projectRef: projectRef.value,
    protectedRefs: [...new Set([...named, ...(options.protectedRefs ?? [])])],
    warnings: environment.warnings,
  };
}

const purposes: Record<string, string> = {
  SUPABASE_URL: 'the project that gets the load: SUPABASE_URL=https://<ref>.supabase.co',
  TABLE_STRESS_PROJECT_REF:
    'the ref of that project once more, so that no single slip can send load elsewhere: TABLE_STRESS_PROJECT_REF=<ref>',
  'SUPABASE_SECRET_KEY (or SUPABASE_SERVICE_ROLE_KEY)':
    'its secret key, from the API keys page of the dashboard: SUPABASE_SECRET_KEY=sb_secret_…',
};

function missing(fields: Record<string, unknown>): UsageError {
  const names = Object.keys(fields).filter((name) => fields[name] === null);
  return new UsageError(
    `${names.join(', ')}: not set, neither in the environment nor in .env`,
    names.map((name) => purposes[name] ?? name),
  );
}

/** A misspelt ref in this list would protect nothing, so it is an error. */
function listOf(text: string): string[] {
  const refs = text.split(/[\s,]+/).filter((ref) => ref !== '');
  const wrong = refs.findIndex((ref) => !isProjectRef(ref));
  if (wrong === -1) return refs;
  throw new UsageError(
    `TABLE_STRESS_PROTECTED_REFS: entry ${wrong + 1} is no project ref (20 small letters), so it would protect nothing`,
    ['list the refs of production projects, with commas between them'],
  );
}
