import type { Operation } from '../../history/operation.ts';
import { contradiction, remark, step } from '../explain.ts';
import type { FoundViolation, Invariant } from '../invariant.ts';

/**
 * No deadlock, no starved caller: the share of transient errors and the longest wait stay within the thresholds,
 * and no caller waits in vain for one of the pool's connections (PGRST003).
 *
 * Assumes that the load is one that the target can carry.
 * Proves that the answers of this run were within those limits. Literature: deadlock and starvation, liveness
 * (Alpern & Schneider 1985).
 * Does not prove that calls for different tables never wait for each other, only that such waits stay short under
 * this load; a deadlock that PostgREST repeats by itself shows as a long wait, not as an error.
 */
export const progress: Invariant = {
  id: 'progress',
  promise: 'no deadlock and no starved caller',
  check({ run }) {
    const { operations } = run.history;
    const limits = run.thresholds?.progress;
    if (!limits) {
      return {
        checked: { count: 0, of: 'calls' },
        violations: [],
        undecided: ['the manifest holds no thresholds'],
        summary: '',
      };
    }
    const answered = operations.filter((operation) => operation.class !== 'connection');
    const transient = operations.filter((operation) => operation.class === 'transient');
    const slow = operations.filter((operation) => operation.t1 - operation.t0 > limits.max_wait_ms * 1e6);
    const violations: FoundViolation[] = [];
    const share = transient.length / Math.max(1, operations.length);
    if (transient.length > 0 && share > limits.max_transient_share) {
      violations.push(tooManyErrors(transient, operations.length, limits.max_transient_share));
    }
    const starved = operations.filter(({ code }) => code === NO_CONNECTION);
    if (starved.length > 0) violations.push(starvedCallers(starved, operations));
    for (const operation of slow) {
      violations.push({
        title: `a call of ${operation.f} took ${milliseconds(operation)} ms; the limit is ${limits.max_wait_ms} ms`,
        steps: [step(operation)],
        operations: [operation],
        rows: [],
      });
    }
    const longest = operations.reduce((most, operation) => Math.max(most, milliseconds(operation)), 0);
    return {
      checked: { count: answered.length, of: 'answered calls' },
      violations,
      undecided: [],
      summary: `${transient.length} transient errors in ${answered.length} answered calls, longest wait ${longest} ms`,
    };
  },
};

/** PostgREST: "timed out acquiring connection from connection pool". */
const NO_CONNECTION = 'PGRST003';

function starvedCallers(starved: Operation[], all: readonly Operation[]): FoundViolation {
  const first = starved[0] as Operation;
  const meanwhile = all
    .filter(({ runner, t0, t1 }) => runner === first.runner && t0 < first.t1 && first.t0 < t1)
    .filter((each) => each.code !== NO_CONNECTION)
    .sort((a, b) => b.t1 - b.t0 - (a.t1 - a.t0));
  return {
    title: `${starved.length} of ${all.length} calls waited in vain for a connection of the pool (${NO_CONNECTION}): others kept them all`,
    steps: [
      contradiction(step(first)),
      ...meanwhile.slice(0, 2).map((operation) => step(operation, 'at the same time')),
      remark(
        'the calls that keep the connections wait for a lock or work for long; raise the pool only then',
      ),
    ],
    operations: [first, ...meanwhile.slice(0, 2)],
    rows: [],
  };
}

function milliseconds({ t0, t1 }: Operation): number {
  return Math.round((t1 - t0) / 1e6);
}

const meanings: Readonly<Record<string, string>> = {
  '40P01': 'deadlock',
  '40001': 'serialization failure',
  '55P03': 'lock not available',
  '57014': 'statement time-out',
};

function tooManyErrors(transient: Operation[], calls: number, limit: number): FoundViolation {
  const counts = new Map<string, number>();
  for (const { code } of transient) counts.set(code ?? '?', (counts.get(code ?? '?') ?? 0) + 1);
  const kinds = [...counts]
    .map(([code, count]) => `${count} × ${code} ${meanings[code] ?? ''}`.trim())
    .join(', ');
  const first = transient[0] as Operation;
  const rivals = transient.filter(
    (other) =>
      other !== first && other.runner === first.runner && other.t0 <= first.t1 && first.t0 <= other.t1,
  );
  const { value } = first;
  const details =
    typeof value === 'object' && value !== null && 'details' in value ? String(value.details ?? '') : '';
  return {
    title: `${transient.length} of ${calls} calls ended in transient errors (${kinds}); the limit is ${(limit * 100).toFixed(1)} %`,
    steps: [
      contradiction(step(first)),
      ...(details === '' ? [] : [remark(`PostgreSQL says: ${details}`)]),
      ...rivals.slice(0, 2).map((operation) => step(operation, 'at the same time')),
    ],
    operations: [first, ...rivals.slice(0, 2)],
    rows: [],
  };
}
