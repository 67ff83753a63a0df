import {
  AUDIT_VERSION,
  type AuditResult,
  type CheckId,
  type CheckResult,
} from '../../../contracts/audit-result.ts';

/** The result of a check that found nothing, with whatever else is given. */
export function resultOf(id: CheckId, given: Partial<CheckResult> = {}): CheckResult {
  return {
    id,
    kind: 'data',
    severity: 'error',
    sentence: 'all is well',
    verdict: 'ok',
    summary: '12 rows, none of them a finding',
    looked_at: { count: 12, of: 'rows' },
    count: 0,
    reasons: [],
    rows: [],
    query: 'select 1;',
    next: [],
    notes: [],
    not_seen: [],
    ...given,
  };
}

export function auditOf(checks: CheckResult[], given: Partial<AuditResult> = {}): AuditResult {
  return {
    v: AUDIT_VERSION,
    target: 'AUDIT_DATABASE_URL (replica.example.com:5432/postgres)',
    schema: 'public',
    database: { server_version: '17.4', role: 'auditor', replica: false, lag_seconds: null },
    at: '2026-11-26T20:00:00.000Z',
    at_is_now: true,
    verdict: 'ok',
    headline: 'nothing found',
    hint: null,
    exit_code: 0,
    checks,
    read_only: { transactions: 3, with_transaction_id: 0 },
    ...given,
  };
}
