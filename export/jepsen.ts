import type { FaultEvent } from '../contracts/faults.ts';
import { type Operation, operationId } from '../history/operation.ts';
import { edn, keyword } from './edn.ts';
import type { TimedFault, TimedOperation } from './timeline.ts';

/**
 * A history as Jepsen has it, as EDN: one operation map a line, an `:invoke` and its completion for each call, by time, and faults as operations of `:nemesis`. At
 * the same instant invocations come before completions, so that such calls are concurrent, but not those of one process.
 */
export function* jepsenLines(
  timeline: readonly TimedOperation[],
  faults: readonly TimedFault[] = [],
): Generator<string> {
  const events = [...eventsOf(timeline), ...faultEvents(faults)].sort(
    (a, b) => a.time - b.time || a.rank - b.rank,
  );
  for (const [index, event] of events.entries()) {
    if ('fault' in event) {
      yield nemesisLine(index, event);
      continue;
    }
    const { timed, time, invoke } = event;
    const { operation, process } = timed;
    const { type, f, input, value } = operation;
    const error = invoke || type === 'ok' ? [] : [[keyword('error'), errorOf(operation)] as const];
    yield edn(
      new Map<unknown, unknown>([
        [keyword('index'), index],
        [keyword('time'), time],
        [keyword('type'), keyword(invoke ? 'invoke' : type)],
        [keyword('process'), process],
        [keyword('f'), keyword(f)],
        [keyword('value'), invoke || type !== 'ok' ? input : { ...input, answer: value }],
        ...error,
        [keyword('name'), operationId(operation)],
      ]),
    );
  }
}

interface Event {
  timed: TimedOperation;
  time: number;
  invoke: boolean;
  /** Place among the events of the same instant. */
  rank: number;
}

function eventsOf(timeline: readonly TimedOperation[]): Event[] {
  const events: Event[] = [];
  const last = new Map<number, Event>();
  for (const timed of timeline) {
    const { begin, end, process } = timed;
    const previous = last.get(process);
    const invocation = {
      timed,
      time: begin,
      invoke: true,
      rank: previous?.time === begin ? previous.rank + 1 : 0,
    };
    const completion = { timed, time: end, invoke: false, rank: begin === end ? invocation.rank + 1 : 1 };
    events.push(invocation, completion);
    last.set(process, completion);
  }
  return events;
}

interface Nemesis {
  fault: FaultEvent;
  time: number;
  begin: boolean;
  rank: number;
}

/** Begin and end, both of type `:info`, as Jepsen's own. */
function faultEvents(faults: readonly TimedFault[]): Nemesis[] {
  return faults.flatMap(({ fault, begin, end }) => [
    { fault, time: begin, begin: true, rank: 0 },
    ...(end === null ? [] : [{ fault, time: end, begin: false, rank: 1 }]),
  ]);
}

function nemesisLine(index: number, { fault, time, begin }: Nemesis): string {
  return edn(
    new Map<unknown, unknown>([
      [keyword('index'), index],
      [keyword('time'), time],
      [keyword('type'), keyword('info')],
      [keyword('process'), keyword('nemesis')],
      [keyword('f'), keyword(fault.kind)],
      [keyword('value'), begin ? keyword('begin') : { end: true, hit: fault.hit }],
    ]),
  );
}

function errorOf({ code, class: result, value }: Operation): unknown[] {
  const message = typeof value === 'object' && value !== null && 'message' in value ? value.message : null;
  return [keyword(result), code, message];
}
