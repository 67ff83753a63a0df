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
  const where = setting.database === null ? '' : ` IN DATABASE "${setting.database}"`;
  const bySql = `as a role that may: ALTER ROLE ${setting.role}${where} SET pgrst.db_schemas = '${list}'; NOTIFY pgrst, 'reload config'; NOTIFY pgrst, 'reload schema'`;
  // A role setting overrides the dashboard's list without a word, so changing that would be in vain.
  if (setting.value !== null) return [bySql];
  const body = JSON.stringify({ db_schema: list });
  return [
    `in the dashboard, API settings, Exposed schemas: ${list}`,
    `or by the Management API: PATCH /v1/projects/${project === 'local' ? '{ref}' : project}/postgrest with ${body}`,
    `or ${bySql}`,
  ];
}
