import { literal } from '../../sql/quoting.ts';
import type { Check } from '../check.ts';
import { type Deployment, type Routine, relationNamed, type WriteAction } from '../deployment/deployment.ts';
import { tableInSql } from '../deployment/needs.ts';
import type { Program } from '../functions/program.ts';
import { allSteps } from '../functions/steps.ts';

/** What has to happen when a table is written so. */
interface Duty {
  readonly table: string;
  readonly action: Exclude<WriteAction, 'truncate'>;
  /** The column whose change matters; null for inserts and deletes. */
  readonly column: string | null;
  /** What has to be written then. */
  readonly writes: { readonly table: string; readonly column: string | null };
  readonly purpose: string;
}

const status = { table: 'table_inventory', column: 'status' };
const duties: readonly Duty[] = [
  { table: 'allocations', action: 'insert', column: null, writes: status, purpose: 'refresh the status' },
  { table: 'allocations', action: 'update', column: 'window', writes: status, purpose: 'refresh the status' },
  { table: 'allocations', action: 'delete', column: null, writes: status, purpose: 'refresh the status' },
  { table: 'bookings', action: 'update', column: 'status', writes: status, purpose: 'refresh the status' },
  {
    table: 'table_hold_members',
    action: 'insert',
    column: null,
    writes: { table: 'table_hold_windows', column: null },
    purpose: 'copy the window of the hold',
  },
];

/** Bits of pg_trigger.tgtype. */
const bits = { insert: 4, delete: 8, update: 16 };

/**
 * Looks at the triggers on allocations, bookings and members of holds, and at what their functions write, read by
 * PostgreSQL's own parser through all that they call.
 *
 * Proves that a write of that kind is followed by no trigger which writes the status (or copies the hold): there is none,
 * it is disabled, or it is bound to other columns.
 *
 * Does not prove that a trigger which is there writes the right thing, nor when its WHEN clause lets it. Where a trigger's
 * function runs SQL that is put together when it runs, it may be what is looked for: unclear.
 */
export const missingTriggers: Check = {
  id: 'missing-triggers',
  kind: 'schema',
  severity: 'error',
  sentence: 'each write that changes a status is followed by a trigger that refreshes it',
  needs: {
    table_inventory: ['status'],
    allocations: [{ name: 'window', type: 'tstzrange' }],
    bookings: ['status'],
  },
  reasons: {
    missing: {
      says: 'no trigger does it',
      next: 'add a trigger for each statement that calls refresh_table_status for the tables that changed',
    },
    disabled: {
      says: 'a trigger would do it, and is disabled',
      next: 'alter table … enable trigger …; then refresh the tables once',
    },
    'other-columns': {
      says: 'a trigger does it for other columns only',
      next: 'add the column to UPDATE OF, or leave the list out',
    },
  },
  ask({ deployment, program }) {
    const present = duties.filter(
      ({ table, writes }) => relationNamed(deployment, table) && relationNamed(deployment, writes.table),
    );
    const judged = present.map((duty) => ({
      duty,
      doers: doersOf(duty, program),
      blind: blindOf(duty, program),
    }));
    // A trigger that cannot be read may be the one: then its absence is not known.
    const asked = judged.filter(({ blind, doers }) => blind.length === 0 || doers.length > 0);
    return {
      query: asked.length === 0 ? null : queryFor(asked, deployment),
      lookedAt: { count: judged.length, of: 'kinds of writes' },
      unclear: judged
        .filter((each) => !asked.includes(each))
        .map(
          ({ duty, blind }) =>
            `${duty.action} on ${duty.table}: ${blind.join(', ')} runs SQL that is put together when it runs`,
        ),
      remarks: absent(deployment),
    };
  },
};

/** Trigger functions of any table that do what the duty asks for. */
function doersOf({ writes }: Duty, program: Program): Routine[] {
  return triggerFunctions(program).filter((routine) =>
    [...program.reachable(routine)].some((each) =>
      [...allSteps(program.body(each))].some((step) => {
        if (step.kind !== 'write' || step.action === 'delete' || step.action === 'truncate') return false;
        const relation = program.relation(step.relation, each);
        if (relation?.schema !== program.deployment.schema || relation.name !== writes.table) return false;
        if (writes.column === null) return true;
        return step.action === 'update' && (step.columns?.includes(writes.column) ?? true);
      }),
    ),
  );
}

/** Functions of the duty's own triggers that cannot be read to the end. */
function blindOf({ table, action }: Duty, program: Program): string[] {
  const relation = relationNamed(program.deployment, table);
  if (relation === undefined) return [];
  return program.triggersFiredBy(relation, action, null).flatMap(({ name, routine }) => {
    const begin = program.routineByOid(routine);
    const reached = begin === undefined ? [] : [...program.reachable(begin)];
    const blind = reached.some((each) =>
      [...allSteps(program.body(each))].some((step) => step.kind === 'unseen'),
    );
    return blind ? [`trigger ${name}`] : [];
  });
}

function triggerFunctions(program: Program): Routine[] {
  const oids = new Set(program.deployment.triggers.map(({ routine }) => routine));
  return [...oids].flatMap((oid) => program.routineByOid(oid) ?? []);
}

function queryFor(
  asked: readonly { duty: Duty; doers: readonly Routine[] }[],
  deployment: Deployment,
): string {
  const rows = asked.map(({ duty, doers }) => {
    const table = literal(tableInSql(deployment, duty.table));
    const column = duty.column === null ? 'null::text' : literal(duty.column);
    const functions = doers.map(({ signature }) => literal(signature)).join(', ');
    return `  (${table}, ${literal(duty.action)}, ${bits[duty.action]}, ${column}, ${literal(duty.purpose)}, array[${functions}]::text[])`;
  });
  return `
with duty(table_name, action, bit, column_name, purpose, done_by) as (values
${rows.join(',\n')}
), candidate as (
  select d.table_name, d.action, t.tgenabled in ('O', 'A') as enabled,
         d.column_name is null or t.tgattr::text = ''
           or exists (select from pg_attribute a where a.attrelid = t.tgrelid and a.attname = d.column_name
                        and a.attnum = any (string_to_array(t.tgattr::text, ' ')::int2[])) as covers,
         t.tgname::text as name
    from duty d
    join pg_trigger t on t.tgrelid = d.table_name::regclass and not t.tgisinternal and t.tgtype & d.bit <> 0
                     and t.tgfoid::int8 in (select to_regprocedure(f)::oid::int8 from unnest(d.done_by) f)
)
select case when not exists (select from candidate c where c.table_name = d.table_name and c.action = d.action) then 'missing'
            when not exists (select from candidate c where c.table_name = d.table_name and c.action = d.action and c.enabled) then 'disabled'
            else 'other-columns' end as reason,
       d.table_name, d.action as on_action, d.column_name, d.purpose,
       array_to_string(array(select c.name from candidate c
                              where c.table_name = d.table_name and c.action = d.action order by c.name), ', ') as trigger_there
  from duty d
 where not exists (select from candidate c
                    where c.table_name = d.table_name and c.action = d.action and c.enabled and c.covers)
 order by d.table_name, d.action`;
}

/** Tables of holds that an application does without. */
function absent(deployment: Deployment): string[] {
  const missing = ['table_hold_members', 'table_hold_windows'].filter(
    (each) => !relationNamed(deployment, each),
  );
  return missing.length === 0
    ? []
    : [`no trigger was looked for on holds: there is no ${missing.join(', no ')}`];
}
