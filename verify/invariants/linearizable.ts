import { step } from '../explain.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';
import { partsOf } from '../linearizability/parts.ts';
import { readCalls } from '../linearizability/read-calls.ts';
import { type Budget, Search } from '../linearizability/search.ts';

const BUDGET: Budget = { steps: 20_000_000, configurations: 200_000 };

export const linearizable: Invariant = {
  id: 'linearizable',
  promise: 'some order of the calls respects real time and explains every answer',
  check(evidence: Evidence) {
    const { calls } = readCalls(evidence);
    const parts = partsOf(calls);
    const violations: FoundViolation[] = [];
    const undecided: string[] = [];
    for (const part of parts) {
      const result = new Search(part, evidence.effects.time, BUDGET).run();
      if (result.verdict === 'spent') undecided.push('spent');
      if (result.verdict === 'contradiction') {
        violations.push({
          title: 'no order explains',
          steps: result.call.operation ? [step(result.call.operation)] : [],
          operations: result.call.operation ? [result.call.operation] : [],
          rows: [],
        });
      }
    }
    return {
      checked: { count: calls.length, of: 'calls' },
      violations,
      undecided,
      summary: `${calls.length} calls in ${parts.length} independent parts, each with an order that explains every answer`,
    };
  },
};
