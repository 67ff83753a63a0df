import { parse } from '../../sql/parser.ts';
import { maskPlaceholders } from '../../sql/pieces.ts';
import { asTree, list, strings } from '../../sql/tree.ts';
import { type Place, stepsOfSql } from './sql-steps.ts';
import { allSteps, type Step } from './steps.ts';

/** A name that stands for one that is only known when the statement runs. */
const LATER = '_known_later_';

/**
 * What `EXECUTE` of an expression does, as far as the expression says so: constants, `format` with quoting placeholders,
 * and both put together with `quote_ident` and `quote_literal`. What depends on anything else is unseen, and so are locks
 * and writes of a table whose name is only known when it runs.
 */
export function stepsOfDynamic(expression: string, place: Place): Step[] {
  const line = place.line(undefined);
  const unseen = (what: string): Step[] => [{ kind: 'unseen', what, line }];
  const parsed = parse(`select ${expression}`);
  if (!('statements' in parsed)) return unseen('an EXECUTE that does not parse');
  const [target] = list(parsed.statements[0]?.tree.targetList);
  const text = textOf(asTree(asTree(target).ResTarget).val);
  if (text === null) return unseen('SQL that is put together when it runs');
  const steps = stepsOfSql(text, { line: () => line });
  if (steps === null) return unseen('SQL that is put together when it runs');
  return [...allSteps(steps)].some(isOfUnknownName) ? unseen('SQL on a table named when it runs') : steps;
}

function isOfUnknownName(step: Step): boolean {
  if (step.kind === 'call') return isLater(step.routine.name) || isLater(step.routine.schema);
  if (step.kind === 'row lock' || step.kind === 'table lock' || step.kind === 'write') {
    return isLater(step.relation.name) || isLater(step.relation.schema);
  }
  return false;
}

/** `maskPlaceholders` makes names of underscores. */
function isLater(name: string | null): boolean {
  return name !== null && (name === LATER || /^_+$/.test(name));
}

/** The text of an expression, with names in the place of what is quoted; null when it may hold other SQL. */
function textOf(node: unknown): string | null {
  const { A_Const, A_Expr, FuncCall, TypeCast } = asTree(node);
  if (A_Const !== undefined) {
    const text = asTree(asTree(A_Const).sval).sval;
    return typeof text === 'string' ? text : null;
  }
  if (TypeCast !== undefined) return textOf(asTree(TypeCast).arg);
  if (A_Expr !== undefined) {
    const { name, lexpr, rexpr } = asTree(A_Expr);
    if (strings(name).join('') !== '||') return null;
    const [left, right] = [textOf(lexpr), textOf(rexpr)];
    return left === null || right === null ? null : left + right;
  }
  if (FuncCall === undefined) return null;
  const { funcname, args } = asTree(FuncCall);
  const name = strings(funcname).at(-1);
  if (name === 'quote_ident' || name === 'quote_literal' || name === 'quote_nullable') return LATER;
  if (name !== 'format') return null;
  const template = textOf(list(args)[0]);
  // What %s stands for may be any SQL.
  if (template === null || /%(?:\d+\$)?-?(?:\d+|\*(?:\d+\$)?)?s/.test(template.replaceAll('%%', '')))
    return null;
  return maskPlaceholders(template).replaceAll('%%', '%');
}
