import type { Operation } from '../history/operation.ts';

/** A call of a session. */
export interface Step {
  /** Session and number, for instance `B2`. */
  name: string;
  /** `A`, `B`, …, in the order in which they begin. */
  session: string;
  /** Position in its session, from 1. */
  number: number;
  operation: Operation;
  /** Steps that had been answered when this one began. */
  after: Step[];
  /** Names of the steps of other sessions that ran at the same time. */
  alongside: string[];
}

/** The process of a call, over all load generators. */
export function processOf({ runner, process }: Operation): string {
  return `${runner}/p${process}`;
}

/** The calls as steps of sessions, a session for each process, in the order in which they began. */
export function stepsOf(operations: readonly Operation[]): Step[] {
  const letters = new Map<string, string>();
  const counts = new Map<string, number>();
  const steps: Step[] = [];
  for (const operation of [...operations].sort((a, b) => a.t0 - b.t0 || a.t1 - b.t1)) {
    const process = processOf(operation);
    const session = letters.get(process) ?? String.fromCharCode(65 + letters.size);
    letters.set(process, session);
    const number = (counts.get(session) ?? 0) + 1;
    counts.set(session, number);
    const after = steps.filter((step) => step.session === session || step.operation.t1 < operation.t0);
    steps.push({ name: `${session}${number}`, session, number, operation, after, alongside: [] });
  }
  for (const step of steps) {
    step.alongside = steps
      .filter((other) => other !== step && !step.after.includes(other) && !other.after.includes(step))
      .map(({ name }) => name);
  }
  return steps;
}

/** The sessions of some steps, in order. */
export function sessionsOf(steps: readonly Step[]): string[] {
  return [...new Set(steps.map(({ session }) => session))].sort();
}
