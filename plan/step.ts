import type {
  AssignInput,
  ConfirmInput,
  HoldInput,
  ReleaseInput,
  StatusInput,
  TableInput,
  TransitionInput,
  UnassignInput,
} from '../history/operation.ts';

/**
 * A host's claim on tables. One that is to lapse while the scenario goes on has its expiry counted from the call, because
 * nobody knows yet when that will be; the others lapse as they were seeded.
 */
export type PlannedHold = HoldInput & { expires_in_ms?: number };

/** One call of a script, with the answers that the contract promises: `ok`, or codes. */
export type Step = {
  expect: string[];
  /** In words, what the call is there for. */
  why?: string;
  /** Milliseconds after the answer to the call before. */
  wait_ms?: number;
  /** The call repeats the one before, as a client does that got no answer. */
  retry?: true;
} & (
  | { f: 'assign'; input: AssignInput; lose_reply?: true }
  | { f: 'unassign'; input: UnassignInput }
  | { f: 'hold'; input: PlannedHold }
  | { f: 'release'; input: ReleaseInput }
  | { f: 'confirm'; input: ConfirmInput }
  | { f: 'refresh'; input: TableInput }
  | { f: 'status'; input: StatusInput }
  | { f: 'transition'; input: TransitionInput }
);

/** Requests that a step sends: a hold that is to lapse gets its expiry first, and then its members. */
export function requestsOf(step: Step): number {
  return step.f === 'hold' && step.input.expires_in_ms !== undefined ? 2 : 1;
}
