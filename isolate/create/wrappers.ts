import type postgres from 'postgres';
import { identifier, literal } from '../../sql/quoting.ts';
import type { Mention } from './mentions.ts';
import { whySilenced } from './silenced.ts';

interface TargetRow {
  schema: string;
  name: string;
  /** Qualified and quoted. */
  qualified: string;
  arguments: string;
  types: string[];
  result: string;
  volatility: string;
  variadic: boolean;
  returns_set: boolean;
  callers: string[];
  /** Of the wrapper, as PostgreSQL itself writes it: definitions are compared as texts. */
  wrapper: string;
}

const volatilities: Record<string, string> = { i: 'immutable', s: 'stable', v: 'volatile' };

/**
 * For functions of schemas that the clone's owner cannot enter: each overload gets a function in the isolated schema
 * that runs as the current user, who can, and calls it, or does nothing where it must be silent. Who may execute the original may execute the wrapper.
 *
 * @returns `auth.uid` to `"table_stress"."auth.uid"`
 */
export async function createWrappers(
  sql: postgres.TransactionSql,
  { schema, role }: { schema: string; role: string },
  called: readonly Mention[],
): Promise<Map<string, string>> {
  const wrappers = new Map<string, string>();
  if (called.length === 0) return wrappers;
  const rows = await sql<TargetRow[]>`
    select n.nspname as schema, p.proname as name, format('%I.%I', n.nspname, p.proname) as qualified,
           pg_get_function_arguments(p.oid) as arguments,
           array(select format_type(x.type, null)
                   from unnest(p.proargtypes::oid[]) with ordinality x(type, place) order by x.place) as types,
           pg_get_function_result(p.oid) as result, p.provolatile as volatility, p.provariadic <> 0 as variadic,
           p.proretset as returns_set,
           array(select case when e.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(e.grantee)) end
                   from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) e
                  where e.privilege_type = 'EXECUTE') as callers,
           format('%I.%I', ${schema}::text, n.nspname || '.' || p.proname) as wrapper
      from unnest(${called.map((each) => each.schema)}::text[], ${called.map(({ name }) => name)}::text[]) m(schema, name)
      join pg_namespace n on n.nspname = m.schema
      join pg_proc p on p.pronamespace = n.oid and p.proname = m.name
     where p.prokind = 'f' and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
       and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
       and octet_length(n.nspname || '.' || p.proname) <= 63`;
  for (const row of rows) {
    const name = row.wrapper;
    const passed = row.types.map(
      (_, index) => `${row.variadic && index === row.types.length - 1 ? 'variadic ' : ''}$${index + 1}`,
    );
    const call = `${row.qualified}(${passed.join(', ')})`;
    const plain = row.types.includes('record') ? inPlpgsql(row, call) : inSql(row, call);
    const { language, body } = whySilenced(row) === null ? plain : doingNothing(row);
    const callers = [...new Set([...row.callers, identifier(role)])];
    await sql.unsafe(`
      create function ${name}(${row.arguments}) returns ${row.result} language ${language}
        ${volatilities[row.volatility]} security definer set search_path to '' as ${literal(body)};
      revoke all on function ${name}(${row.types.join(', ')}) from public;
      grant execute on function ${name}(${row.types.join(', ')}) to ${callers.join(', ')};`);
    wrappers.set(`${row.schema}.${row.name}`, name);
  }
  return wrappers;
}

interface Body {
  language: 'sql' | 'plpgsql';
  body: string;
}

const inSql = (row: TargetRow, call: string): Body => ({
  language: 'sql',
  body: row.returns_set ? `select * from ${call}` : `select ${call}`,
});

/** SQL functions take no records. */
const inPlpgsql = (row: TargetRow, call: string): Body => ({
  language: 'plpgsql',
  body: `begin ${row.result === 'void' ? 'perform' : row.returns_set ? 'return query select * from' : 'return'} ${call}; end`,
});

const ANSWERS: Readonly<Record<string, string>> = {
  bigint: 'return 0;',
  integer: 'return 0;',
  boolean: 'return true;',
};

function doingNothing({ result, returns_set: returnsSet }: TargetRow): Body {
  const answer = ANSWERS[result] ?? (result === 'void' || returnsSet ? 'return;' : 'return null;');
  return { language: 'plpgsql', body: `begin ${answer} end` };
}
