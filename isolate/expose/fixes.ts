import type { Exposure } from '../marker.ts';
import type { SettingPlace } from './setting.ts';

/**
 * How a person exposes schemas where SQL over this connection may not.
 *
 * @param list all schemas that are to be exposed
 * @param setting the role setting that rules now; with the value null the platform's own list rules
 * @param project the project's reference, or `local`
 */
export function exposeByHand(
  list: string,
  setting: SettingPlace & { readonly value: string | null },
  project: string,
): string[] {
  const bySql = statement(setting, list);
  // A role setting overrides the dashboard's list without a word, so changing that would be in vain.
  if (setting.value !== null) return [bySql];
  const body = JSON.stringify({ db_schema: list });
  return [
    `in the dashboard, API settings, Exposed schemas: ${list}`,
    `or by the Management API: PATCH /v1/projects/${project === 'local' ? '{ref}' : project}/postgrest with ${body}`,
    `or ${bySql}`,
  ];
}

/** How a person puts back what was there before. */
export function restoreByHand(exposure: Exposure): string {
  return statement(exposure, exposure.before);
}

function statement({ role, database }: SettingPlace, value: string | null): string {
  const where = database === null ? '' : ` IN DATABASE "${database}"`;
  const what =
    value === null ? 'RESET pgrst.db_schemas' : `SET pgrst.db_schemas = '${value.replaceAll("'", "''")}'`;
  return `as a role that may: ALTER ROLE ${role}${where} ${what}; NOTIFY pgrst, 'reload config'; NOTIFY pgrst, 'reload schema'`;
}
