import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { loadScanner, quoteIdentifier } from '../../sql/tokens.ts';
import { rolledBack } from '../../target/rolled-back.ts';
import { rewriteSql } from '../rewrite/rewrite.ts';
import { readClock, setClock } from './clock.ts';
import { findRealClocks, nothingButClocks, type RealClock } from './real-clock.ts';

/** What the probe saw, when the clone follows its clock. */
export interface ClockProbe {
  /** Expressions that were tried, in each language. */
  readonly tried: number;
  /** Places that ask the real clock and have no counterpart: the clone's findings, which the user allowed. */
  readonly allowed: readonly RealClock[];
}

/** Far from now, close to a change of the hour in Europe, and not on a whole second. */
const MOMENT = '2031-03-30T00:59:59.123456Z';

/** How SQL asks for the time, and what it has to answer at that moment in UTC. */
const EXPRESSIONS: readonly (readonly [string, string])[] = [
  ['now()', '2031-03-30 00:59:59.123456+00'],
  ['pg_catalog.now()', '2031-03-30 00:59:59.123456+00'],
  ['transaction_timestamp()', '2031-03-30 00:59:59.123456+00'],
  ['statement_timestamp()', '2031-03-30 00:59:59.123456+00'],
  ['clock_timestamp()', '2031-03-30 00:59:59.123456+00'],
  ['CURRENT_TIMESTAMP', '2031-03-30 00:59:59.123456+00'],
  ['current_timestamp(3)', '2031-03-30 00:59:59.123+00'],
  ['LOCALTIMESTAMP', '2031-03-30 00:59:59.123456'],
  ['CURRENT_DATE', '2031-03-30'],
  ['CURRENT_TIME', '00:59:59.123456+00'],
  ['LOCALTIME', '00:59:59.123456'],
  ["timezone('Europe/Paris', now())", '2031-03-30 01:59:59.123456'],
  ["now() + interval '1 second'", '2031-03-30 01:00:00.123456+00'],
];

/**
 * Makes sure that an isolated schema follows its virtual clock: nothing in it asks the real one, and functions that are
 * rewritten as the application's were see the moment to which the clock is set. Everything happens in a transaction
 * that is taken back.
 *
 * @param sql a single connection, as a member of the schema's owner
 * @throws TargetError naming each place that asks the real clock, or each expression that does not follow
 */
export async function probeClock(sql: postgres.Sql, schema: string): Promise<ClockProbe> {
  await loadScanner();
  return rolledBack(sql, async (transaction) => {
    const found = await findRealClocks(transaction, schema);
    refuseMissed(found, schema);
    await setClock(transaction, schema, { at: MOMENT });
    await tryExpressions(transaction, schema);
    return { tried: EXPRESSIONS.length, allowed: found.filter(({ kind }) => kind === 'reported') };
  });
}

function refuseMissed(found: readonly RealClock[], schema: string): void {
  const missed = found.filter(({ kind }) => kind === 'missed');
  if (missed.length === 0) return;
  const shown = missed.slice(0, 10).map(({ object, line, text }) => `  ${object}, line ${line}: ${text}`);
  const more = missed.length > 10 ? `\n  and ${missed.length - 10} more` : '';
  throw new TargetError(`the schema ${schema} asks the real clock:\n${shown.join('\n')}${more}`, [
    'make the isolated schema again, or use the real clock',
  ]);
}

async function tryExpressions(sql: postgres.TransactionSql, schema: string): Promise<void> {
  await sql.unsafe("set local timezone = 'UTC'; set local datestyle = 'ISO'");
  const wrong: string[] = [];
  const { now } = await readClock(sql, schema);
  if (now !== '2031-03-30T00:59:59.123456Z') wrong.push(`${schema}.now() answers ${now}`);
  const name = `${quoteIdentifier(schema)}.table_stress_clock_probe`;
  for (const language of ['sql', 'plpgsql'] as const) {
    for (const [expression, expected] of EXPRESSIONS) {
      const body = rewritten(expression, language, schema);
      await sql.unsafe(
        `create or replace function ${name}() returns text language ${language} as $probe$${body}$probe$`,
      );
      const [row] = await sql.unsafe<{ answer: string }[]>(`select ${name}() as answer`);
      if (row?.answer !== expected) wrong.push(`${expression} (${language}) answers ${row?.answer}`);
    }
  }
  if (wrong.length === 0) return;
  throw new TargetError(
    `the schema ${schema} does not follow its virtual clock. At ${MOMENT}:\n  ${wrong.join('\n  ')}`,
    ['use the real clock, and report this'],
  );
}

/** By the very code that rewrites the application's functions. */
function rewritten(expression: string, language: 'sql' | 'plpgsql', schema: string): string {
  const query = `select (${expression})::text`;
  const body = language === 'sql' ? query : `begin return (${query}); end`;
  return rewriteSql(body, nothingButClocks(schema), language).text;
}
