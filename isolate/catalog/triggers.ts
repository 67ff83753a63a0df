import { type CatalogObject, describe, type Reader } from './object.ts';

const states: Record<string, string> = { D: 'disable', R: 'enable replica', A: 'enable always' };

/** Triggers of tables and views, in their enabled state; those of partitions that come from the parent are left out. */
export async function readTriggers({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      oid: number;
      constraint: number;
      name: string;
      table: string;
      short: string;
      enabled: string;
      definition: string;
      webhook: boolean;
    }[]
  >`
    select t.oid, t.tgconstraint as constraint, quote_ident(t.tgname) as name,
           format('%I.%I', n.nspname, c.relname) as table, quote_ident(c.relname) as short, t.tgenabled as enabled,
           pg_get_triggerdef(t.oid) as definition,
           (fn.nspname, p.proname) = ('supabase_functions', 'http_request') as webhook
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_namespace fn on fn.oid = p.pronamespace
      join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relnamespace = ${namespace} and not t.tgisinternal and t.tgparentid = 0`;
  return rows.map((row) => {
    const state = states[row.enabled];
    return describe({
      kind: row.webhook ? 'unsupported' : 'trigger',
      id: `trigger ${row.name} on ${row.short}`,
      addresses: [
        `pg_trigger/${row.oid}`,
        ...(row.constraint === 0 ? [] : [`pg_constraint/${row.constraint}`]),
      ],
      create: [
        row.definition,
        state === undefined ? '' : `;\nalter table ${row.table} ${state} trigger ${row.name}`,
      ],
      reference: `trigger ${row.name} on ${row.table}`,
      ...(row.webhook && {
        unsupported: { kind: 'note', reason: 'sends requests: the clone does without this webhook' },
      }),
    });
  });
}

/** Rules, without those that make a view a view. */
export async function readRules({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    { oid: number; name: string; table: string; short: string; enabled: string; definition: string }[]
  >`
    select r.oid, quote_ident(r.rulename) as name, format('%I.%I', n.nspname, c.relname) as table,
           quote_ident(c.relname) as short, r.ev_enabled as enabled, rtrim(pg_get_ruledef(r.oid), '; ') as definition
      from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
     where c.relnamespace = ${namespace} and r.rulename <> '_RETURN'`;
  return rows.map((row) => {
    const state = states[row.enabled];
    return describe({
      kind: 'rule',
      id: `rule ${row.name} on ${row.short}`,
      addresses: [`pg_rewrite/${row.oid}`],
      create: [
        row.definition,
        state === undefined ? '' : `;\nalter table ${row.table} ${state} rule ${row.name}`,
      ],
      reference: `rule ${row.name} on ${row.table}`,
    });
  });
}
