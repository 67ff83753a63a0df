import { formatWindow, sameWindow } from '../../contracts/instant.ts';
import { nameOf } from '../../plan/identity.ts';
import { CERTAIN, type EffectColumns } from '../effect-columns.ts';
import type { Effect } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { Assignment } from '../final-state.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * An acknowledged assignment is in the final state with exactly its tables and window, unless acknowledged as
 * undone.
 *
 * Assumes that the final state was read after the load, and nobody else writes to the run's rows.
 * Proves that for each booking and table, the final state is what one of the last effects leaves behind; an effect
 * is among the last when no acknowledged one certainly came after it. Literature: durability (Gray 1981), and no
 * lost update (P4, Berenson et al. 1995).
 * Does not prove that the state was right in between (`linearizable` does), or that it survives what the run did
 * not do to the server.
 */
export const ackedIsDurable: Invariant = {
  id: 'acked-is-durable',
  promise: 'an acknowledged assignment is in the final state, unless it was undone',
  check(evidence) {
    const { effects, run } = evidence;
    const finalState = run.finalState;
    const undecided: string[] = [];
    const violations: FoundViolation[] = [];
    let checked = 0;
    if (!finalState) undecided.push('the final state was not read');
    const rows = new Map<number, Assignment[]>();
    for (const row of finalState?.assignments ?? []) {
      const pair = effects.columns.pairOf(row.booking_id, row.table_id);
      rows.set(pair, [...(rows.get(pair) ?? []), row]);
    }
    const pairs = finalState ? effects.columns.names.size : 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      if (!effects.columns.ofPair.of(pair).some((effect) => effects.columns.has(effect, CERTAIN))) continue;
      checked += 1;
      if (isAsLastSaid(effects.columns, pair, rows.get(pair) ?? [])) continue;
      const violation = judgePair(evidence, effects.pair(pair), rows.get(pair) ?? []);
      if (!violation) continue;
      // The record that would explain it may be the one that is missing.
      if (run.history.incomplete.size > 0) undecided.push(`${violation.title}, but records are missing`);
      else violations.push(violation);
    }
    return {
      checked: { count: checked, of: 'acknowledged claims' },
      violations,
      undecided,
      summary: `${checked} acknowledged claims are as acknowledged in the final state`,
    };
  },
};

/** Whether the row is what one of the last effects says, told from their numbers alone; false says nothing. */
function isAsLastSaid(
  effects: EffectColumns,
  pair: number,
  [row, ...others]: readonly Assignment[],
): boolean {
  if (!effects.oneClock || others.length > 0) return false;
  const list = effects.ofPair.of(pair);
  const { t0 } = effects.recorded.columns;
  let latest = Number.NEGATIVE_INFINITY;
  let latestRow = -1;
  for (const effect of list) {
    if (effects.others.has(effect)) return false;
    const begin = t0[effects.rows[effect] as number] as number;
    if (!effects.has(effect, CERTAIN) || begin <= latest) continue;
    latest = begin;
    latestRow = effects.rows[effect] as number;
  }
  return list.some((effect) => {
    if (effects.isBefore(effects.rows[effect] as number, latestRow)) return false;
    const window = effects.windowsByNumber[effects.windows[effect] as number] ?? null;
    if (window === null || !row) return window === null && !row;
    return row.window !== null && sameWindow(window, row.window);
  });
}

function judgePair({ effects }: Evidence, pair: Effect[], rows: Assignment[]): FoundViolation | null {
  const { booking_id, table_id } = pair[0] as Effect;
  const last = pair.filter(
    (effect) => !pair.some((other) => other !== effect && other.certain && effects.before(effect, other)),
  );
  const found = rows[0]?.window ?? null;
  const explained =
    (rows.length <= 1 &&
      last.some(({ window }) =>
        window === null ? rows.length === 0 : found !== null && sameWindow(window, found),
      )) ||
    (last.some((effect) => effect.shortens) &&
      found !== null &&
      pair.some(({ window }) => window && window.start === found.start && found.end <= window.end));
  if (explained) return null;
  const outcome =
    rows.length === 0
      ? 'the final state has no assignment of that booking and table'
      : `the final state has it for ${rows.map((row) => (row.window ? formatWindow(row.window) : 'no window')).join(' and ')}`;
  const wanted = last.find((effect) => effect.certain) ?? last[0];
  return {
    title: `the assignment of ${nameOf(table_id)} to ${nameOf(booking_id)} was acknowledged${
      wanted?.window ? ` for ${formatWindow(wanted.window)}` : ' as undone'
    }, yet ${outcome}`,
    steps: [
      ...last.map((effect) =>
        step(effect.operation, 'no later call on them was acknowledged', effect.window),
      ),
      remark(outcome),
    ],
    operations: last.map((effect) => effect.operation),
    rows: rows.map((row) => row.row),
  };
}
