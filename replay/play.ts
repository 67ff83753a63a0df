import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../history/operation.ts';
import type { RecordedRun } from '../verify/run-data.ts';
import { callStatements } from './call-statement.ts';
import { lapsesAfter, USUAL_LIFETIME } from './hold-expiry.ts';
import { makeCall, type Session, type Stopwatch } from './make-call.ts';
import type { Step } from './sessions.ts';
import type { Delays } from './timing.ts';

/** What calls are made with. */
export interface Stage {
  run: RecordedRun;
  /** The application's schema. */
  schema: string;
  /** A connection for each session, by its letter. */
  sessions: ReadonlyMap<string, Session>;
  confirmParameters: readonly string[];
  now: Stopwatch;
}

/** Makes calls one after the other. */
export async function playInTurn(
  stage: Stage,
  session: Session,
  operations: readonly Operation[],
): Promise<Operation[]> {
  const made: Operation[] = [];
  for (const operation of operations) made.push(await play(stage, session, operation));
  return made;
}

/** Makes the calls of all sessions, each as soon as those before it were answered and its delay is over. */
export async function playTogether(
  stage: Stage,
  steps: readonly Step[],
  delays: Delays,
): Promise<Operation[]> {
  const made = new Map<Step, Promise<Operation>>();
  // Whoever waits for nothing begins behind a common start, not behind the steps that were listed before.
  const start = Promise.resolve();
  for (const step of steps) {
    const earlier = step.after.map((other) => made.get(other));
    const ready = start.then(() => Promise.all(earlier));
    made.set(
      step,
      ready.then(async () => {
        const wait = delays.get(step.name) ?? 0;
        if (wait > 0) await delay(wait);
        return play(stage, stage.sessions.get(step.session) as Session, step.operation);
      }),
    );
  }
  return Promise.all(made.values());
}

async function play(stage: Stage, session: Session, operation: Operation): Promise<Operation> {
  const { run, confirmParameters } = stage;
  if (operation.f !== 'hold') {
    const statements = callStatements(operation, { confirmParameters, expiry: () => null });
    return makeCall(stage, session, operation, statements);
  }
  const lifetime = lapsesAfter(run, operation);
  const expires_at = new Date(Date.now() + (lifetime ?? USUAL_LIFETIME)).toISOString();
  const hold = { ...operation, input: { ...operation.input, expires_at } };
  const expiry = (): string | null => (lifetime === null ? null : `'${expires_at}'`);
  return makeCall(stage, session, hold, callStatements(hold, { confirmParameters, expiry }));
}
