import path from 'node:path';
import { UsageError } from '../../contracts/errors.ts';
import type { Manifest } from '../../contracts/manifest.ts';

/**
 * Folder of the application that a run tested; null: the reference application.
 *
 * @param given what the user named
 * @throws UsageError when the run tested something that only the user has
 */
export function migrationsFor({ target, broken }: Manifest, given: string | undefined): string | null {
  if (given !== undefined) {
    if (broken === null) return path.resolve(given);
    throw new UsageError(
      `--migrations: the run tested the reference application with the defect ${broken}, which is here already`,
      ['leave out --migrations'],
    );
  }
  const needed = ['name the folder of the application: --migrations ../app/supabase/migrations'];
  if (target.kind === 'staging') {
    throw new UsageError("the run's target was a hosted project, and violations are tried on a copy", needed);
  }
  if (target.migrations !== null) {
    throw new UsageError('the run tested migrations of its own, which are not in its folder', needed);
  }
  return null;
}

/**
 * Refuses a copy that is not what the run tested, unless the user named it.
 *
 * @throws UsageError that says so
 */
export function refuseOtherFunctions(
  { isolation }: Manifest,
  fingerprint: string,
  migrations: string | null,
): void {
  if (isolation === null || isolation.fingerprint === fingerprint || migrations !== null) return;
  throw new UsageError('the run tested other functions than those of the reference application here', [
    'name the folder of the application: --migrations ../app/supabase/migrations',
    'or, for a run of another version of table-stress, use that version',
  ]);
}
