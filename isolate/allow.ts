import { TargetError, UsageError } from '../contracts/errors.ts';
import type { IsolationFinding } from '../contracts/manifest.ts';
import type { Difference } from './prove/compare.ts';

/** How many problems a message lists. */
const SHOWN = 20;

/**
 * Sorts leftovers into those that the user allowed and the rest.
 *
 * @param allow ids of findings, `function f(uuid, text)`, or the part before the parenthesis, or the bare name
 * @param known ids of all objects, so that an allowance for one that is fine now is no error
 * @throws UsageError for an allowance that names nothing
 */
export function applyAllowances(
  findings: readonly IsolationFinding[],
  allow: readonly string[],
  known: Iterable<string>,
): { allowed: string[]; refused: IsolationFinding[] } {
  const ids = new Set([...known, ...findings.map(({ object }) => object)]);
  const chosen = new Set<string>();
  for (const each of allow) {
    const matching = [...ids].filter((id) => formsOf(id).includes(each));
    if (matching.length === 0) {
      const candidates = findings.filter(({ kind }) => kind === 'leftover').map(({ object }) => object);
      throw new UsageError(`--allow ${each}: there is no such object`, [
        candidates.length === 0
          ? 'leave it out: nothing needs to be allowed'
          : `what could be allowed: ${[...new Set(candidates)].slice(0, SHOWN).join('; ')}`,
      ]);
    }
    for (const id of matching) chosen.add(id);
  }
  const leftovers = findings.filter(({ kind }) => kind === 'leftover');
  const isAllowed = ({ object }: IsolationFinding) => chosen.has(object);
  return {
    allowed: [...new Set(leftovers.filter(isAllowed).map(({ object }) => object))],
    refused: leftovers.filter((finding) => !isAllowed(finding)),
  };
}

/** How `--allow` may name an object: in full, without its parameters, or without its kind. */
export function formsOf(id: string): string[] {
  const short = id.replace(/\(.*\)$/, '');
  const name = short.replace(/^(function|procedure|aggregate|table|view|materialized view|type|domain) /, '');
  const signature = id.slice(short.length - name.length);
  return [id, short, name, signature];
}

/**
 * Ends the cloning when something is left that nobody allowed, or when the clone is not its source.
 *
 * @throws TargetError that lists the first of them
 */
export function refuse(
  source: string,
  refused: readonly IsolationFinding[],
  differences: readonly Difference[],
): void {
  const lines = [
    ...differences.map(({ object, text }) => `${object}: ${text}`),
    ...refused.map(
      ({ object, line, text, reason }) =>
        `${object}${line === null ? '' : `, line ${line}`}: ${reason}${text === object ? '' : ` (${text})`}`,
    ),
  ];
  if (lines.length === 0) return;
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : [];
  const names = [...new Set(refused.map(({ object }) => object))];
  const fixes = ['nothing was left behind: the transaction was rolled back'];
  if (names.length > 0) {
    fixes.push(
      `look at each place; where it cannot reach the real data: ${names
        .slice(0, 3)
        .map((name) => `--allow '${name}'`)
        .join(' ')}${names.length > 3 ? ' …' : ''}`,
    );
  }
  if (differences.length > 0) fixes.push('clone again when nobody deploys; if it stays, please report it');
  throw new TargetError(
    [
      `the schema ${source} cannot be cloned safely:`,
      ...[...lines.slice(0, SHOWN), ...more].map((line) => `  ${line}`),
    ].join('\n'),
    fixes,
  );
}
