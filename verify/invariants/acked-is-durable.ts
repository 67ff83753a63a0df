import { nameOf } from '../../plan/identity.ts';
import type { Effect } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { Assignment } from '../final-state.ts';
import { formatWindow, sameWindow } from '../instant.ts';
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
    const rows = new Map<string, Assignment[]>();
    for (const row of finalState?.assignments ?? []) {
      const key = `${row.booking_id} ${row.table_id}`;
      rows.set(key, [...(rows.get(key) ?? []), row]);
    }
    for (const pair of finalState ? effects.pairs() : []) {
      if (!pair.some((effect) => effect.certain)) continue;
      checked += 1;
      const { booking_id, table_id } = pair[0] as Effect;
      const violation = judgePair(evidence, pair, rows.get(`${booking_id} ${table_id}`) ?? []);
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
