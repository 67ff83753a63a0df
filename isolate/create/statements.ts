import { literal, namesOnPath } from '../../sql/quoting.ts';
import type { CatalogObject, Fragment } from '../catalog/object.ts';
import type { Edit, Finding, Renaming } from '../rewrite/renaming.ts';
import { rewriteSearchPath, rewriteSql } from '../rewrite/rewrite.ts';

/** A body of a function before and after, with what was replaced. */
export interface RewrittenBody {
  readonly original: string;
  readonly text: string;
  readonly edits: readonly Edit[];
}

export interface RewrittenObject {
  readonly object: CatalogObject;
  readonly create: string;
  readonly settle: string;
  readonly reference: string;
  readonly findings: readonly Finding[];
  readonly bodies: readonly RewrittenBody[];
  /** Its body builds SQL at run time. */
  readonly dynamic: boolean;
}

/** An object's statements as the clone needs them. */
export function rewriteObject(object: CatalogObject, renaming: Renaming): RewrittenObject {
  const findings: Finding[] = [];
  const bodies: RewrittenBody[] = [];
  let dynamic = false;
  // The catalog writes definitions with every name qualified; only bodies are as people wrote them.
  const definitions: Renaming = { ...renaming, ambiguous: new Set() };
  const inBodies = searchesSource(object, renaming.from) ? renaming : definitions;
  const rewrite = (fragment: Fragment): string => {
    if (typeof fragment === 'string') {
      if (fragment === '') return '';
      const rewritten = rewriteSql(fragment, definitions, 'sql');
      findings.push(...rewritten.findings);
      if (object.routine !== undefined) dynamic ||= rewritten.dynamic;
      return rewritten.text;
    }
    if ('verbatim' in fragment) return fragment.verbatim;
    if ('searchPath' in fragment) {
      return listLiterals(rewriteSearchPath(fragment.searchPath, renaming, renaming.staying.size > 0));
    }
    const rewritten = rewriteSql(fragment.body, inBodies, fragment.language);
    findings.push(...rewritten.findings);
    bodies.push({ original: fragment.body, text: rewritten.text, edits: rewritten.edits });
    dynamic ||= rewritten.dynamic;
    return literal(rewritten.text);
  };
  const join = (fragments: readonly Fragment[]) => merged(fragments).map(rewrite).join('');
  const create = join(object.create);
  // The rest only repeats names that the statement has, and findings should come once.
  const found = findings.length;
  const settle = join(object.settle);
  const reference = rewriteReference(object.reference, renaming);
  findings.length = found;
  return { object, create, settle, reference, findings, bodies, dynamic };
}

/** Whether an unqualified name in a function's body may be one of the deployed schema. */
function searchesSource({ routine }: CatalogObject, source: string): boolean {
  const path = routine?.settings.find((each) => each.startsWith('search_path='));
  return path === undefined || namesOnPath(path.slice('search_path='.length)).includes(source);
}

/** Neighbouring pieces of SQL as one: the rewriter judges a name by what stands around it. */
function merged(fragments: readonly Fragment[]): Fragment[] {
  const list: Fragment[] = [];
  for (const fragment of fragments) {
    const last = list.at(-1);
    if (typeof fragment === 'string' && typeof last === 'string') list[list.length - 1] = last + fragment;
    else list.push(fragment);
  }
  return list;
}

const references = new WeakMap<Renaming, Map<string, string>>();

/** The name of an object with its kind before it, in the clone's names; it is no text in which anything could hide. */
export function rewriteReference(reference: string, renaming: Renaming): string {
  const known = references.get(renaming) ?? new Map<string, string>();
  references.set(renaming, known);
  let rewritten = known.get(reference);
  if (rewritten === undefined) {
    rewritten = rewriteSql(reference, renaming, 'sql').text;
    known.set(reference, rewritten);
  }
  return rewritten;
}

/** An object's statements as they are, in the same form. */
export function plainStatements(object: CatalogObject): { create: string; settle: string } {
  const plain = (fragment: Fragment): string => {
    if (typeof fragment === 'string') return fragment;
    if ('verbatim' in fragment) return fragment.verbatim;
    return 'searchPath' in fragment ? listLiterals(fragment.searchPath) : literal(fragment.body);
  };
  return { create: object.create.map(plain).join(''), settle: object.settle.map(plain).join('') };
}

/** As literals: SET does not take `""`, which is how an empty path is stored. */
function listLiterals(list: string): string {
  const names = namesOnPath(list);
  return names.length === 0 ? "''" : names.map(literal).join(', ');
}
