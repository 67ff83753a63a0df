import { parse } from '../../sql/parser.ts';
import type { Routine } from '../deployment/deployment.ts';
import { stepsOfPlpgsql } from './plpgsql-steps.ts';
import { stepsOfNode, stepsOfSql } from './sql-steps.ts';
import type { Step } from './steps.ts';

/**
 * What a function does. Needs PostgreSQL's parser, see `loadParser`; what it cannot read is a step of kind `unseen`.
 */
export function readBody(routine: Routine): Step[] {
  const unseen = (what: string): Step[] => [{ kind: 'unseen', what, line: 1 }];
  const { language, definition, body } = routine;
  // PostgreSQL's own code, as that of the functions that come with a range type.
  if (language === 'internal') return [];
  if (definition === null) return unseen(`a body in language ${language}`);
  if (language === 'plpgsql') return stepsOfPlpgsql(definition, body) ?? unseen('a body that does not parse');
  return stepsOfSqlRoutine(definition, body) ?? unseen('a body that does not parse');
}

/** A body of SQL is a text, or was parsed when the function was made: then its statements are in the definition's tree. */
function stepsOfSqlRoutine(definition: string, body: string): Step[] | null {
  const parsed = parse(definition);
  if (!('statements' in parsed)) return null;
  const [statement] = parsed.statements;
  const inDefinition = statement?.tree.sql_body;
  if (inDefinition === undefined) return stepsOfSql(body, { line: linesOf(body) });
  const start = definition.lastIndexOf(body.trim());
  const before = Buffer.byteLength(definition.slice(0, Math.max(0, start)));
  const line = linesOf(body.trim());
  return stepsOfNode(inDefinition, {
    line: (offset) => line(offset === undefined || start < 0 ? undefined : offset - before),
  });
}

function linesOf(text: string): (offset: number | undefined) => number {
  const bytes = Buffer.from(text);
  return (offset) =>
    bytes
      .subarray(0, Math.max(0, offset ?? 0))
      .toString()
      .split('\n').length;
}
