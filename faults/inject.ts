import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../contracts/errors.ts';
import { FAULT_EVENT_VERSION, type FaultEvent, type PlannedFault } from '../contracts/faults.ts';
import type { ScenarioName } from '../contracts/thresholds.ts';
import { type Disturbed, faultActions } from './actions.ts';

export interface InjectOptions {
  run: string;
  scenario: ScenarioName;
  planned: readonly PlannedFault[];
  /** What the faults are done to. */
  target: Disturbed;
  /** Told of each event when it is over, or could not be. */
  record: (event: FaultEvent) => Promise<void>;
}

export interface Injection {
  /** The load began: planned times count from now on. Safe to call twice. */
  begin(): void;
  /** The load has ended: what is under way is undone, the rest noted as not injected. */
  end(): Promise<void>;
}

/** Between the end of a fault and the begin of the next, milliseconds: calls have to get through. */
const CALM = 800;

/** Injects planned faults while a scenario runs, one after the other. */
export function injectFaults(options: InjectOptions): Injection {
  const over = new AbortController();
  let working: Promise<void> | null = null;
  return {
    begin() {
      working ??= injectAll(options, over.signal);
    },
    async end() {
      over.abort();
      working ??= injectAll(options, over.signal);
      await working;
    },
  };
}

async function injectAll(options: InjectOptions, over: AbortSignal): Promise<void> {
  const zero = performance.now();
  let free = zero;
  for (const fault of options.planned) {
    const wait = Math.max(zero + fault.at_ms, free) - performance.now();
    if (wait > 0) await delay(wait, undefined, { signal: over }).catch(() => {});
    await options.record(await injectOne(options, fault, over));
    free = performance.now() + CALM;
  }
}

async function injectOne(
  { run, scenario, target }: InjectOptions,
  fault: PlannedFault,
  over: AbortSignal,
): Promise<FaultEvent> {
  const event: FaultEvent = {
    v: FAULT_EVENT_VERSION,
    run,
    scenario,
    kind: fault.kind,
    began_at: null,
    ended_at: null,
    hit: null,
    problem: null,
  };
  if (over.aborted) return { ...event, problem: 'the load was over before' };
  const began_at = new Date().toISOString();
  try {
    const hit = await faultActions[fault.kind](target, fault, over);
    return { ...event, began_at, ended_at: new Date().toISOString(), hit };
  } catch (error) {
    return { ...event, began_at, problem: messageOf(error) };
  }
}
