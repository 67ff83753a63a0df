import { sleep } from 'k6';
import type { Step } from '../../plan/step.ts';
import type { Calls } from './calls.ts';
import type { Note } from './recorder.ts';

/** Makes the call of one step of a script, after its pause. */
export function take(calls: Calls, step: Step, mark: Pick<Note, 'round'> = {}): void {
  if (step.wait_ms !== undefined) sleep(step.wait_ms / 1000);
  const note: Note = { ...mark, expect: step.expect, retry: step.retry ? 1 : 0 };
  switch (step.f) {
    case 'assign':
      calls.assign(step.input, note, step.lose_reply);
      return;
    case 'unassign':
      calls.unassign(step.input, note);
      return;
    case 'hold':
      calls.hold(step.input, note);
      return;
    case 'release':
      calls.release(step.input, note);
      return;
    case 'confirm':
      calls.confirm(step.input, note);
      return;
    case 'refresh':
      calls.refresh(step.input.table_id, note);
      return;
    case 'status':
      calls.status(step.input, note);
      return;
    case 'transition':
      calls.transition(step.input, note);
  }
}
