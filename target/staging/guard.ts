import { UsageError } from '../../contracts/errors.ts';
import type { StagingSettings } from './configuration.ts';
import { checkDatabaseUrl, type DatabaseAccess } from './database-url.ts';
import { checkKey, type KeyKind } from './keys.ts';
import { isProjectRef, refInWords, showRef } from './project-ref.ts';
import { checkProjectUrl } from './project-url.ts';
import { secretsOf } from './secrets.ts';

/** A project that load may go to: every rule of the guard holds. Contains secrets. */
export interface StagingConfiguration {
  readonly projectRef: string;
  /** Without a trailing slash. */
  readonly supabaseUrl: string;
  readonly restUrl: string;
  /** An embedded target in the place of a hosted project: it is on this machine. */
  readonly standIn: boolean;
  readonly key: { readonly kind: KeyKind; readonly value: string };
  /** null: only the API is known. */
  readonly database: DatabaseAccess | null;
  /** Everything that must never be shown or written, in every spelling. */
  readonly secrets: readonly string[];
  /** For people; no secrets. */
  readonly warnings: readonly string[];
}

/**
 * Decides whether load may go to what the settings name, before any connection is made. Deny by default: what no rule
 * allows is refused, and no option overrules it. The project is named twice, and everything else must agree.
 *
 * @param now for the expiry of a key
 * @throws UsageError that names the variable, its problem and the fix, and shows no secret
 */
export function guard(settings: StagingSettings, now: Date = new Date()): StagingConfiguration {
  const projectRef = checkProjectRef(settings);
  const { supabaseUrl, standIn } = checkProjectUrl(settings.url, projectRef);
  const kind = checkKey(settings.key, settings.keyField, projectRef, now);
  const database =
    settings.databaseUrl === null ? null : checkDatabaseUrl(settings.databaseUrl, { projectRef, standIn });
  return {
    projectRef,
    supabaseUrl,
    restUrl: `${supabaseUrl}/rest/v1`,
    standIn,
    key: { kind, value: settings.key },
    database,
    secrets: secretsOf(settings),
    warnings: settings.warnings,
  };
}

/**
 * The project's ref, when it has the form of one and is not protected.
 *
 * @throws UsageError otherwise
 */
export function checkProjectRef(settings: Pick<StagingSettings, 'projectRef' | 'protectedRefs'>): string {
  const { projectRef, protectedRefs } = settings;
  if (!isProjectRef(projectRef)) {
    throw new UsageError(`TABLE_STRESS_PROJECT_REF: ${showRef(projectRef)} is no project ref`, [
      `a ref is ${refInWords}; the dashboard shows it under Project Settings, General`,
    ]);
  }
  if (protectedRefs.includes(projectRef)) {
    throw new UsageError(
      `TABLE_STRESS_PROJECT_REF: ${projectRef} is protected and never gets load, whatever else is said`,
      ['name a staging project or a branch: each has a ref of its own'],
    );
  }
  return projectRef;
}
