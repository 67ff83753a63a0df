import { parse } from 'libpg-query';
import { describe, expect, it } from 'vitest';
import { cronSchedule, refreshJob, refreshStatement } from '../../../contracts/refresh-job.ts';

describe('the schedule is the nearest that pg_cron has and that is not slower', () => {
  it.each([
    [1000, '1 seconds'],
    [1999, '1 seconds'],
    [500, '1 seconds'],
    [30_000, '30 seconds'],
    [59_999, '59 seconds'],
    [60_000, '* * * * *'],
    [119_000, '* * * * *'],
    [120_000, '*/2 * * * *'],
    [3_540_000, '*/59 * * * *'],
    [3_600_000, '*/59 * * * *'],
  ])('%d ms: %s', (milliseconds, expected) => {
    expect(cronSchedule(milliseconds)).toBe(expected);
  });
});

it('the job is SQL that names the schema everywhere', async () => {
  const job = refreshJob('public', 5000);
  expect((await parse(job)).stmts).toHaveLength(2);
  expect(job).toMatchInlineSnapshot(`
    "create extension if not exists pg_cron;
    select cron.schedule(
      'refresh-table-status',
      '5 seconds',
      $job$
    select public.refresh_table_status(due.id)
      from (
        select t.id
          from public.table_inventory t
         where t.status <> 'available'
            or exists (
              select from public.allocations a
               where a.resource_type = 'table' and a.resource_id = t.id and not a.shadow and a."window" @> now()
            )
         order by t.id
      ) due
      $job$
    );"
  `);
});

it('a schema of another name is quoted', () => {
  const statement = refreshStatement('Dining "Room"');
  expect(statement).toContain('select "Dining ""Room""".refresh_table_status(due.id)');
  expect(statement).not.toContain('public');
});

it('time and tables can be others', async () => {
  const statement = refreshStatement('s', { now: '"s".now()', only: 't.id = any ($1)' });
  expect(statement).toContain(`where t.id = any ($1) and (t.status <> 'available'`);
  expect(statement).not.toMatch(/[^.]now\(\)/);
  await parse(statement);
});
