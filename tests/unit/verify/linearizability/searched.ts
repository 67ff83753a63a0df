import { Effects } from '../../../../verify/effects.ts';
import { HoldClaims } from '../../../../verify/holds.ts';
import type { Call } from '../../../../verify/linearizability/call.ts';
import { Calls } from '../../../../verify/linearizability/calls.ts';
import { Partition } from '../../../../verify/linearizability/parts.ts';
import { type Budget, type Contradiction, Search } from '../../../../verify/linearizability/search.ts';
import type { RealTime } from '../../../../verify/real-time.ts';
import { parseRun } from '../script.ts';

export interface Searched {
  calls: Call[];
  effects: Effects;
  time: RealTime;
  parts: Call[][];
  /** Parts without an order, each with what the search found. */
  contradictions: { part: Call[]; found: Contradiction }[];
}

const ample: Budget = { steps: 5_000_000, configurations: 100_000 };

/** Searches all parts of a run that is given in the language of runs. */
export function searchScript(script: string): Searched {
  const run = parseRun(script);
  const effects = new Effects(run);
  const holds = new HoldClaims(run, effects.time);
  const calls: Call[] = [];
  const partition = new Partition();
  new Calls({ run, effects, holds, orders: null, repro: '' }, (call) => {
    calls.push(call);
    partition.add(call);
  });
  const parts = partition.parts().map((numbers) => Array.from(numbers, (number) => calls[number] as Call));
  const contradictions = parts.flatMap((part) => {
    const result = new Search(part, effects.time, ample).run();
    if (result.verdict === 'spent') throw new Error('too small a budget');
    return result.verdict === 'contradiction' ? [{ part, found: result }] : [];
  });
  return { calls, effects, time: effects.time, parts, contradictions };
}
