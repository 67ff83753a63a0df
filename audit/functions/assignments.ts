import { parse } from '../../sql/parser.ts';
import { scan } from '../../sql/tokens.ts';
import { asTree } from '../../sql/tree.ts';
import { namesIn } from './inputs.ts';
import type { Step } from './steps.ts';

/** The variable of `v := …` and what its value depends on. */
export function assigned(node: unknown): Step[] {
  const { query } = asTree(asTree(node).PLpgSQL_expr);
  if (typeof query !== 'string') return [];
  const target = scan(query)[0]?.name;
  return target == null ? [] : [assignment(target, query.slice(rightSide(query)))];
}

export function assignment(variable: string, expression: string): Step {
  const parsed = parse(`select ${expression}`);
  const inputs = 'statements' in parsed ? namesIn(parsed.statements[0]?.tree.targetList) : [];
  return { kind: 'assign', variable, inputs };
}

/** Where the right side of an assignment begins. */
export function rightSide(query: string): number {
  let open = 0;
  for (const { word, end } of scan(query)) {
    if (word === '[' || word === '(') open += 1;
    else if (word === ']' || word === ')') open -= 1;
    else if (open === 0 && (word === ':=' || word === '=')) return end;
  }
  return 0;
}
