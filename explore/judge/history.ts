import { answeredValue } from '../../history/answered.ts';
import { classify } from '../../history/classify.ts';
import { type ClockAnchor, OPERATION_VERSION, type Operation } from '../../history/operation.ts';
import type { PlannedCall } from '../cases/instance.ts';
import type { Outcome } from '../database/workbench.ts';
import type { CallResult } from '../scheduler/session.ts';

/** Stands for the scheduler where records name a load generator. */
export const RUNNER = 'explore';

interface MadeCall {
  readonly call: PlannedCall;
  readonly process: number;
  readonly result: CallResult;
  /** Milliseconds on this process's clock. */
  readonly sent: number;
  readonly ended: number;
}

/**
 * The calls of one schedule as records, in the format that load writes. Calls made before come first, as one process.
 *
 * A call that is a statement of the user's own has no record.
 */
export function historyOf(
  { prepared, trace }: Pick<Outcome, 'prepared' | 'trace'>,
  run: string,
): Operation[] {
  const { earlier, instance } = prepared;
  const made: MadeCall[] = [
    ...earlier.map((each) => ({ ...each, process: 0 })),
    ...instance.calls.flatMap((call, index): MadeCall[] => {
      const traced = trace.calls[index];
      return traced ? [{ call, process: index + 1, ...traced }] : [];
    }),
  ];
  return made.flatMap((each, index) => {
    const operation = operationOf(each, index, run);
    return operation ? [operation] : [];
  });
}

function operationOf(
  { call, process, result, sent, ended }: MadeCall,
  index: number,
  run: string,
): Operation | null {
  if (call.f === 'sql') return null;
  const { type, class: resultClass } = result.ok
    ? ({ type: 'ok', class: 'ok' } as const)
    : classify({ http: 400, code: result.code, message: result.message, readOnly: false });
  return {
    v: OPERATION_VERSION,
    run,
    runner: RUNNER,
    process,
    index,
    scenario: 'explore',
    f: call.f,
    input: call.input,
    t0: Math.round(sent * 1e6),
    t1: Math.round(ended * 1e6),
    type,
    class: resultClass,
    code: result.ok ? null : result.code,
    value: result.ok
      ? answeredValue(call.f, result.body)
      : { message: result.message, details: result.detail, hint: result.hint },
    http: 0,
    retry: 0,
  } as Operation;
}

/** This process's clock; records and anchor are read from the same one. */
export function anchorOf(run: string): ClockAnchor {
  return {
    v: OPERATION_VERSION,
    anchor: true,
    run,
    runner: RUNNER,
    wall_ms: performance.timeOrigin,
    error_ms: 0.001,
  };
}
