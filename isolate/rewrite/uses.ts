import { placeholderOf } from '../../sql/format.ts';
import { looksLikeSchema, operandAfter, operandBefore } from '../../sql/operands.ts';
import { readLiteral } from '../../sql/strings.ts';
import type { Structure } from '../../sql/structure.ts';

export interface Uses {
  /** Where only a schema's name makes sense. */
  readonly asSchema: boolean;
  /** As a piece of another text. */
  readonly inText: boolean;
}

/** How a variable is used in a PL/pgSQL text. */
export function usesOf(s: Structure, name: string): Uses {
  let asSchema = false;
  let inText = false;
  for (let i = 0; i < s.tokens.length; i += 1) {
    if (s.name(i) !== name || s.word(i - 1) === '.') continue;
    const next = s.tokens[i + 2];
    if (s.word(i + 1) === '||' && next?.kind === 'string') {
      if (readLiteral(next.text)?.content.startsWith('.')) asSchema = true;
    }
    if (s.word(i + 1) === '=' && looksLikeSchema(operandAfter(s, i + 2))) asSchema = true;
    if (s.word(i - 1) === '=' && looksLikeSchema(operandBefore(s, i - 1))) asSchema = true;
    const around = s.around(i);
    const callee = around && s.callee(around.open)?.parts.at(-1);
    if (around && callee === 'quote_ident') asSchema = true;
    if (around && callee === 'format') {
      const index = s.elements(around.open).findIndex((each) => i >= each.start && i < each.end);
      const meaning = placeholderOf(s, around.open, index)?.meaning;
      if (meaning === 'schema') asSchema = true;
      // A message for people is a text too.
      else if (meaning !== 'something else' && s.word(s.statement(i).start) !== 'raise') inText = true;
    }
    if (callee === 'set_config') inText = true;
  }
  return { asSchema, inText };
}
