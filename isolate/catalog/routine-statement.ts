import { literal } from '../../sql/quoting.ts';
import type { Fragment } from './object.ts';

export interface RoutineRow {
  oid: number;
  name: string;
  short: string;
  types: string[];
  owner: string;
  kind: 'f' | 'p' | 'w';
  arguments: string;
  result: string | null;
  language: string;
  volatility: 'i' | 's' | 'v';
  parallel: 's' | 'r' | 'u';
  strict: boolean;
  leakproof: boolean;
  definer: boolean;
  cost: number;
  rows: number;
  returns_set: boolean;
  support: string | null;
  settings: string[];
  body: string;
  /** Of a `BEGIN ATOMIC` or `RETURN` body, which has no text of its own. */
  parsed_body: string | null;
  transforms: string[];
}

const volatilities = { i: 'immutable', s: 'stable', v: 'volatile' };
const parallels = { s: 'safe', r: 'restricted', u: 'unsafe' };

/** The statement that creates a function or procedure, without LEAKPROOF and SUPPORT: they take a superuser. */
export function routineStatement(row: RoutineRow, securityDefiner: boolean): Fragment[] {
  const kind = row.kind === 'p' ? 'procedure' : 'function';
  const security = `security ${securityDefiner ? 'definer' : 'invoker'}`;
  const statement: Fragment[] = [`create ${kind} ${row.name}(${row.arguments})`];
  if (row.result !== null) statement.push(`\n returns ${row.result}`);
  statement.push({ verbatim: `\n language ${row.language}` });
  if (row.transforms.length > 0)
    statement.push(` transform ${row.transforms.map((type) => `for type ${type}`).join(', ')}`);
  if (kind === 'function') {
    statement.push({
      verbatim: [
        row.kind === 'w' ? ' window' : '',
        ` ${volatilities[row.volatility]} parallel ${parallels[row.parallel]}`,
        row.strict ? ' strict' : '',
        ` cost ${row.cost}`,
        row.returns_set ? ` rows ${row.rows}` : '',
      ].join(''),
    });
  }
  statement.push({ verbatim: `\n ${security}` });
  for (const setting of row.settings) statement.push(...settingClause(setting));
  if (row.parsed_body !== null) statement.push(`\n${row.parsed_body}`);
  else {
    statement.push({ verbatim: '\nas ' });
    if (row.language === 'sql' || row.language === 'plpgsql')
      statement.push({ body: row.body, language: row.language });
    else statement.push({ verbatim: literal(row.body) });
  }
  return statement;
}

function settingClause(setting: string): Fragment[] {
  const equals = setting.indexOf('=');
  const [name, value] = [setting.slice(0, equals), setting.slice(equals + 1)];
  if (name === 'search_path') return [{ verbatim: '\n set search_path to ' }, { searchPath: value }];
  return [{ verbatim: `\n set ${name} to ${literal(value)}` }];
}
