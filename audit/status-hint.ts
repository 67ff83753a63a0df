import type { CheckResult } from '../contracts/audit-result.ts';

const prove = 'table-stress status-matrix proves which, by behaviour';

/**
 * What the rows of `status-differs` say together: whether the deployed `refresh_table_status` follows another rule, or
 * whether it is only never called when time passes. It weighs evidence of stored rows, and proves neither.
 */
export function statusHint(checks: readonly CheckResult[]): string | null {
  const result = checks.find(({ id }) => id === 'status-differs');
  if (result?.verdict !== 'finding') return null;
  const count = (...names: string[]): number =>
    result.reasons.filter(({ reason }) => names.includes(reason)).reduce((sum, each) => sum + each.count, 0);
  const early = count('blocked-before-start');
  const sticky = count('sticky-status');
  const unfollowed = count('write-not-followed', 'check-in-not-followed', 'no-allocation');
  const stale = count('stale-after-end', 'stale-after-start');
  const either = count('ended-or-not-begun');
  const tables = (number: number): string => (number === 1 ? '1 table' : `${number} tables`);
  if (early > 0) {
    return `the deployed refresh_table_status looks legacy: ${tables(early)} blocked ahead of a window, which no refresh by the rule leaves; ${prove}`;
  }
  if (sticky > 0) {
    return `the deployed refresh_table_status looks sticky: ${tables(sticky)} written since the window ended, and still in its status; ${prove}`;
  }
  if (unfollowed > 0) {
    return `the status does not follow what is written (${tables(unfollowed)}): triggers are missing or disabled, see missing-triggers; or the function follows another rule: ${prove}`;
  }
  if (stale > 0 && either === 0) {
    return `nothing speaks against the rule of the deployed refresh_table_status: ${tables(stale)} stale only because time passed and nothing called it; a schedule is missing; ${prove}`;
  }
  if (stale + either > 0) {
    return `a refresh schedule is missing, or the function blocks ahead of windows: these rows fit both; ${prove}`;
  }
  return null;
}
