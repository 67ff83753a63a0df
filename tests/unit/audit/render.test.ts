import { describe, expect, it } from 'vitest';
import { auditResultSchema, mergeCheckVerdicts } from '../../../contracts/audit-result.ts';
import { renderAudit } from '../../../scripts/audit/render.ts';
import { auditOf, resultOf } from './results.ts';

const result = auditOf(
  [
    resultOf('status-differs', {
      verdict: 'finding',
      sentence: "each table's stored status is what the rule gives now",
      summary: '2 × stale-after-end',
      count: 2,
      reasons: [
        {
          reason: 'stale-after-end',
          says: 'the window ended, and nothing refreshed the table since',
          means: 'finding',
          count: 2,
        },
      ],
      rows: [
        {
          reason: 'stale-after-end',
          table_id: '7e46dd3c-d583-4bca-8d03-898e3e040158',
          table_number: 'T12',
          stored: 'reserved',
          rule: 'available',
          minutes_late: 34,
          next_start: null,
        },
      ],
      query: "select 'stale-after-end' as reason\n  from public.table_inventory;",
      next: ['have refresh_table_status called when windows end'],
      notes: ['one', 'two', 'three', 'four', 'five', 'six'],
    }),
    resultOf('expired-holds', {
      verdict: 'not possible',
      summary: 'there is no table public.table_holds',
      looked_at: null,
      query: null,
      not_seen: ['there is no table public.table_holds'],
    }),
    resultOf('lock-upgrades', {
      not_seen: ['public.count_all(), line 15: SQL that is put together when it runs'],
    }),
    resultOf('empty-merge-groups'),
  ],
  {
    verdict: 'finding',
    headline: '2 findings in 1 check of 4; 1 check not possible here',
    hint: 'a schedule is missing',
    database: { server_version: '17.4', role: 'auditor', replica: true, lag_seconds: 2.4 },
    exit_code: 1,
  },
);

describe('the result for people', () => {
  it('reads like this', () => {
    expect(renderAudit(result, false)).toMatchInlineSnapshot(`
      "
      schema public of AUDIT_DATABASE_URL (replica.example.com:5432/postgres)
      PostgreSQL 17.4, a replica, 2 s behind, as auditor, at 2026-11-26T20:00:00.000Z
      3 read-only transactions, none of which wrote

      FINDING  2 findings in 1 check of 4; 1 check not possible here

        ✖ finding      status-differs      2 × stale-after-end
        ? not possible expired-holds       there is no table public.table_holds
        ✔ ok           lock-upgrades       12 rows, none of them a finding
        ✔ ok           empty-merge-groups  12 rows, none of them a finding

        hint: a schedule is missing

      status-differs (error): each table's stored status is what the rule gives now
        2 × stale-after-end: the window ended, and nothing refreshed the table since
        · stale-after-end  table_id=7e46dd3c-d583-4bca-8d03-898e3e040158  table_number=T12  stored=reserved
          rule=available  minutes_late=34
        … 1 more: --limit, or the query below
        note: one
        note: two
        note: three
        note: four
        note: five
        note: … and 1 more, see --json
        the same rows, in psql:
          select 'stale-after-end' as reason
            from public.table_inventory;
        → have refresh_table_status called when windows end

      expired-holds (error): all is well
        there is no table public.table_holds

      lock-upgrades (error): all is well
        not seen: public.count_all(), line 15: SQL that is put together when it runs

      "
    `);
  });

  it('fits the schema of the JSON', () => {
    expect(auditResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(() =>
      auditResultSchema.parse({ ...result, read_only: { transactions: 1, with_transaction_id: 1 } }),
    ).toThrow();
  });

  it('has colours where they are wanted', () => {
    expect(renderAudit(result, true)).toContain('\u001b[');
  });
});

describe('the verdict of all checks', () => {
  it.each([
    [['ok', 'ok'], 'ok'],
    [['ok', 'not possible'], 'not possible'],
    [['ok', 'not possible', 'finding'], 'finding'],
    [[], 'not possible'],
  ] as const)('%j: %s', (verdicts, expected) => {
    expect(mergeCheckVerdicts(verdicts)).toBe(expected);
  });
});
