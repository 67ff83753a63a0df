/**
 * The statement of a scheduled job that keeps stored statuses up to date. Looks only at tables that may have to change:
 * those that are not available, and those with a window under way. Locks them in the order of their ids, as assigning
 * does.
 *
 * This is what is run under the policy `every` with a virtual clock, and what the report advises to deploy.
 *
 * @param schema of the application
 * @param within an expression for the time, and a condition on `t`, a table; both are SQL of our own
 */
export function refreshStatement(schema: string, within: { now?: string; only?: string } = {}): string {
  const { now = 'now()', only } = within;
  const name = quoted(schema);
  const due = `t.status <> 'available'
        or exists (
          select from ${name}.allocations a
           where a.resource_type = 'table' and a.resource_id = t.id and not a.shadow and a."window" @> ${now}
        )`;
  return `select ${name}.refresh_table_status(due.id)
  from (
    select t.id
      from ${name}.table_inventory t
     where ${only === undefined ? due : `${only} and (${due})`}
     order by t.id
  ) due`;
}

/** The job that runs it, for the extension pg_cron, as SQL to paste. */
export function refreshJob(schema: string, everyMs: number): string {
  return `create extension if not exists pg_cron;
select cron.schedule(
  'refresh-table-status',
  '${cronSchedule(everyMs)}',
  $job$
${refreshStatement(schema)}
  $job$
);`;
}

/**
 * The nearest schedule of pg_cron that is not slower: whole seconds below a minute (since pg_cron 1.5), else whole
 * minutes.
 */
export function cronSchedule(everyMs: number): string {
  const seconds = Math.max(1, Math.floor(everyMs / 1000));
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.min(59, Math.floor(seconds / 60));
  return minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`;
}

function quoted(name: string): string {
  return name === 'public' ? name : `"${name.replaceAll('"', '""')}"`;
}
