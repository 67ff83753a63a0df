import { loadModule } from 'libpg-query';
import type postgres from 'postgres';
import { messageOf } from '../../contracts/errors.ts';
import { qualified } from '../../sql/statements.ts';
import { loadScanner } from '../../sql/tokens.ts';
import { type CountedTable, readCounted } from './counted.ts';
import {
  type FunctionText,
  type InstrumentedFunction,
  instrumentFunction,
  type Names,
  type Uninstrumented,
  type YieldPoint,
} from './function.ts';
import { readNames } from './names.ts';
import { YIELD_FUNCTION, yieldGrants, yieldStatements } from './yield-function.ts';

/** An instrumented schema: where its functions yield, and how to read what they report. */
export interface Instrumentation {
  readonly schema: string;
  readonly points: ReadonlyMap<number, YieldPoint>;
  /** What is no step of its own, with the reason. */
  readonly uninstrumented: readonly Uninstrumented[];
  /** Tables and indexes in the order of the counters of a message. */
  readonly counted: readonly CountedTable[];
}

/**
 * Instruments the PL/pgSQL functions of a schema where they are, in one transaction. Functions of other languages are one
 * step; those that are IMMUTABLE read nothing, by their own declaration, and stay as they are.
 *
 * @param sql as the owner of the functions, or a member of it
 */
export async function instrumentSchema(sql: postgres.Sql, schema: string): Promise<Instrumentation> {
  await loadScanner();
  await loadModule();
  return sql.begin(async (transaction) => {
    await transaction.unsafe("set local search_path = ''; set local check_function_bodies = off");
    const functions = await readFunctions(transaction, schema);
    const counted = await readCounted(transaction, schema);
    const names = await readNames(transaction, schema);
    const failures = new Map<string, string>();
    // Calls of a function that cannot be instrumented are steps, which is known only when it was tried.
    const first = instrumentAll(schema, functions, names, failures);
    const done = failures.size === 0 ? first : instrumentAll(schema, functions, names, failures);
    for (const statement of yieldStatements(schema, counted)) await transaction.unsafe(statement);
    for (const { definition } of done) await transaction.unsafe(definition);
    for (const grant of yieldGrants(schema, await readGrantees(transaction, schema))) {
      await transaction.unsafe(grant);
    }
    return {
      schema,
      counted,
      points: new Map(done.flatMap(({ points }) => points.map((point) => [point.id, point]))),
      uninstrumented: [
        ...[...failures].map(([object, reason]) => ({ object, line: null, reason })),
        ...done.flatMap(({ uninstrumented }) => uninstrumented),
      ],
    };
  });
}

/** @param failures gets the functions that cannot be instrumented, with the reason */
function instrumentAll(
  schema: string,
  functions: readonly FunctionText[],
  names: Names,
  failures: Map<string, string>,
): InstrumentedFunction[] {
  const failed = new Set(functions.filter((each) => failures.has(each.function)).map(({ name }) => name));
  const known = { ...names, isOpaque: (name: string) => failed.has(name) || names.isOpaque(name) };
  const done: InstrumentedFunction[] = [];
  let firstId = 1;
  for (const text of functions) {
    try {
      const one = instrumentFunction(text, qualified(schema, YIELD_FUNCTION), known, firstId);
      if (one.points.length > 0 || one.uninstrumented.length > 0) done.push(one);
      firstId += one.points.length;
    } catch (error) {
      failures.set(text.function, messageOf(error));
    }
  }
  return done;
}

/** Whoever may call, or owns, a function that yields. A trigger's function runs for whoever writes to its table. */
async function readGrantees(sql: postgres.TransactionSql, schema: string): Promise<string[]> {
  const rows = await sql<{ grantee: string }[]>`
    with yielding as (
      select * from pg_proc p
       where p.pronamespace = ${schema}::regnamespace and position(${`${YIELD_FUNCTION}(`} in p.prosrc) > 0
    )
    select case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee
      from yielding p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    union
    select quote_ident(pg_get_userbyid(proowner)) from yielding
    union
    select 'public' from yielding where prorettype = 'trigger'::regtype and not prosecdef`;
  return rows.map(({ grantee }) => grantee);
}

async function readFunctions(sql: postgres.TransactionSql, schema: string): Promise<FunctionText[]> {
  return sql<FunctionText[]>`
    select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as function, p.proname as name,
           pg_get_functiondef(p.oid) as definition, p.prosrc as body
      from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace = ${schema}::regnamespace and l.lanname = 'plpgsql' and p.prokind in ('f', 'p')
       and p.provolatile <> 'i'
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
     order by p.oid`;
}
