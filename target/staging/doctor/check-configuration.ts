import type { Check } from '../../checks.ts';
import { type ConfigurationOptions, readSettings, type StagingSettings } from '../configuration.ts';
import { checkDatabaseUrl } from '../database-url.ts';
import { checkProjectRef, guard, type StagingConfiguration } from '../guard.ts';
import { checkKey } from '../keys.ts';
import { checkProjectUrl, loopbackHosts } from '../project-url.ts';
import { attempt, failedBy, ok, warn } from './check.ts';

/** The checks that need no connection, each by itself, and the configuration when all of them hold. */
export async function checkConfiguration(
  options: ConfigurationOptions,
): Promise<{ checks: Check[]; configuration: StagingConfiguration | null }> {
  let settings: StagingSettings;
  try {
    settings = readSettings(options);
  } catch (error) {
    return { checks: [failedBy('configuration', error)], configuration: null };
  }
  const checks = [
    settings.warnings.length === 0
      ? ok('configuration', 'complete')
      : warn('configuration', settings.warnings.join('; '), 'chmod 600 .env'),
    ...(await attempt('project', () => ok('project', `${checkProjectRef(settings)}, not protected`))),
    ...(await attempt('project URL', () =>
      ok('project URL', checkProjectUrl(settings.url, settings.projectRef).supabaseUrl),
    )),
    ...(await attempt('key', () => checkKeyOf(settings))),
    ...(await attempt('database URL', () => checkDatabaseOf(settings))),
  ];
  const refused = checks.some(({ status }) => status === 'fail');
  return { checks, configuration: refused ? null : guard(settings) };
}

function checkKeyOf({ key, keyField, projectRef }: StagingSettings): Check {
  const kind = checkKey(key, keyField, projectRef, new Date());
  return ok(
    'key',
    kind === 'secret' ? 'a secret key (sb_secret_…)' : 'a legacy key of the role service_role (JWT)',
  );
}

function checkDatabaseOf({ url, databaseUrl, projectRef }: StagingSettings): Check {
  if (databaseUrl === null) {
    return warn(
      'database URL',
      'SUPABASE_DB_URL is not set: API only',
      'with it the schema can be made and exposed, and locks, deadlocks and the final state are observed',
    );
  }
  const standIn = URL.canParse(url) && loopbackHosts.includes(new URL(url).hostname);
  const { kind, host } = checkDatabaseUrl(databaseUrl, { projectRef, standIn });
  return ok('database URL', `${kind} (${host})`);
}
