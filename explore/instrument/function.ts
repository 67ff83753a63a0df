import { positionsOf } from './positions.ts';
import { type Body, parseFunction, type Statement } from './statements.ts';
import { type Touched, touchedBy } from './touched.ts';

/** A place where a session lets others go first. */
export interface YieldPoint {
  /** Unique in the schema; the yield function gets it. */
  readonly id: number;
  /** `assign_tables_atomic_v2(uuid, uuid[])`. */
  readonly function: string;
  /** Name alone. */
  readonly name: string;
  /** Line of the function's body, from 1. */
  readonly line: number;
  /** The statement behind it, on one line. */
  readonly statement: string;
  readonly reads: readonly string[];
  readonly locks: readonly string[];
  readonly writes: readonly string[];
  /** It takes or tries advisory locks. */
  readonly advisory: boolean;
  /** It may touch more than its text names: it executes text, or calls what does not yield. */
  readonly opaque: boolean;
}

/** Something that is not a step of its own, though it reads, writes or locks. */
export interface Uninstrumented {
  readonly object: string;
  readonly line: number | null;
  readonly reason: string;
}

/** What the catalog says of the names in a function's text. */
export interface Names {
  /** Tables and views of any schema but the system's. */
  isTable(name: string): boolean;
  /** Functions that may read, write or lock, and do not yield themselves. */
  isOpaque(name: string): boolean;
}

export interface FunctionText {
  /** `name(argument types)`. */
  readonly function: string;
  readonly name: string;
  /** The whole `CREATE OR REPLACE FUNCTION` statement. */
  readonly definition: string;
  /** The part of it between the dollar quotes. */
  readonly body: string;
}

export interface InstrumentedFunction {
  readonly definition: string;
  readonly points: readonly YieldPoint[];
  readonly uninstrumented: readonly Uninstrumented[];
}

/**
 * Puts a call of the yield function before each statement that reads, writes or locks.
 *
 * As the condition of an empty IF: that changes neither FOUND nor ROW_COUNT, needs no variable, and stays on the
 * statement's line, so that lines in error messages are the deployed ones. What comes out is parsed again; without the
 * calls it must be the same tree.
 *
 * @param yieldFunction qualified name of the yield function
 * @param firstId id of the first yield point; the others follow
 * @throws Error with the reason when the function cannot be instrumented
 */
export function instrumentFunction(
  text: FunctionText,
  yieldFunction: string,
  names: Names,
  firstId: number,
): InstrumentedFunction {
  const original = parseFunction(text.definition);
  const refused = original.statements.find(({ kind }) => kind === 'commit' || kind === 'rollback');
  if (refused) throw new Error(`line ${refused.line}: ${refused.kind} ends the transaction inside`);
  const positions = positionsOf(text.body, original.statements);
  const points: YieldPoint[] = [];
  let body = '';
  let copied = 0;
  for (const [index, statement] of original.statements.entries()) {
    const effect = effectOf(statement, names);
    const position = positions[index];
    if (effect === null || position === undefined) continue;
    const id = firstId + points.length;
    body += `${text.body.slice(copied, position.before)}IF ${yieldFunction}(${id}) THEN END IF; `;
    copied = position.before;
    points.push({
      id,
      function: text.function,
      name: text.name,
      line: statement.line,
      statement: text.body.slice(position.start, position.end).replace(/\s+/g, ' ').trim(),
      ...effect,
    });
  }
  body += text.body.slice(copied);
  const at = text.definition.lastIndexOf(text.body);
  const definition = text.definition.slice(0, at) + body + text.definition.slice(at + text.body.length);
  prove(original, definition, yieldFunction, points.length);
  return { definition, points, uninstrumented: withoutYield(text, original, names) };
}

type Effect = Pick<YieldPoint, 'reads' | 'locks' | 'writes' | 'advisory' | 'opaque'>;

/** @returns null for a statement that neither reads nor writes nor locks by itself */
function effectOf({ kind, queries }: Statement, names: Names): Effect | null {
  const dynamic = ['dynexecute', 'dynfors', 'open', 'fetch', 'forc'].includes(kind);
  return joinEffects(queries, names, dynamic);
}

function joinEffects(queries: readonly string[], names: Names, dynamic: boolean): Effect | null {
  const touched = queries.map(touchedBy);
  const known = touched.filter((each): each is Touched => each !== null);
  const tables = (kind: 'reads' | 'locks' | 'writes'): string[] => [
    ...new Set(known.flatMap((each) => [...each[kind]].filter((name) => names.isTable(name)))),
  ];
  const effect = { reads: tables('reads'), locks: tables('locks'), writes: tables('writes') };
  const calls = known.flatMap((each) => [...each.calls]);
  const advisory = calls.some(isAdvisory);
  const opaque =
    dynamic ||
    known.length < touched.length ||
    calls.some((name) => names.isOpaque(name) && !isAdvisory(name));
  const counts = opaque || advisory || Object.values(effect).some((list) => list.length > 0);
  return counts ? { ...effect, advisory, opaque } : null;
}

function isAdvisory(name: string): boolean {
  return /^pg_(try_)?advisory/.test(name);
}

function withoutYield(text: FunctionText, { between }: Body, names: Names): Uninstrumented[] {
  return between
    .filter(({ query }) => joinEffects([query], names, false) !== null)
    .map(({ line, where }) => ({
      object: text.function,
      line,
      reason: `${where} is evaluated within the step before it`,
    }));
}

/** @throws Error when the instrumented function is anything but the original with so many calls more */
function prove(original: Body, definition: string, yieldFunction: string, expected: number): void {
  let removed = 0;
  const strip = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const kept = value.filter((each) => !isYield(each, yieldFunction));
      removed += value.length - kept.length;
      return kept.map(strip);
    }
    return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, strip(content)]));
  };
  const stripped = strip(parseFunction(definition).tree);
  if (removed !== expected || JSON.stringify(stripped) !== JSON.stringify(original.tree)) {
    throw new Error('with the calls taken out again, it is not what it was');
  }
}

function isYield(node: unknown, yieldFunction: string): boolean {
  const condition = (node as { PLpgSQL_stmt_if?: { cond?: { PLpgSQL_expr?: { query?: string } } } } | null)
    ?.PLpgSQL_stmt_if?.cond?.PLpgSQL_expr?.query;
  return (
    condition?.startsWith(`${yieldFunction}(`) === true &&
    /^\d+\)$/.test(condition.slice(yieldFunction.length + 1))
  );
}
