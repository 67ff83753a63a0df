import type { ShownStep } from '../contracts/explore-result.ts';
import { nameOf } from '../plan/identity.ts';
import { BEGIN_POINT, COMMIT_POINT, type SqlCall } from './cases/call-text.ts';
import type { Outcome } from './database/workbench.ts';
import type { Instrumentation } from './instrument/schema.ts';
import type { CallResult } from './scheduler/session.ts';
import { positionsOf } from './search/positions.ts';
import type { FootprintReader, TableCount } from './search/read-footprints.ts';

/** The steps of a schedule for people, in the order in which they began. */
export function showSteps(
  { trace, prepared }: Outcome,
  instrumentation: Instrumentation,
  reader: FootprintReader,
  texts: readonly SqlCall[],
): ShownStep[] {
  const { names } = prepared.instance;
  const positions = new Map(positionsOf(trace).map((position) => [position.event, position]));
  return trace.events.flatMap((event, at): ShownStep[] => {
    if (event.kind === 'resume') return [];
    const { step } = event;
    const point = instrumentation.points.get(step.point);
    const position = positions.get(at);
    const call = trace.calls[step.session];
    const own = step.point === COMMIT_POINT ? 'commit' : (texts[step.session]?.call ?? '');
    return [
      {
        session: step.session,
        place: point ? `${point.name}, line ${point.line}` : null,
        statement: withNames(
          point?.statement ?? (step.point === BEGIN_POINT || step.point === COMMIT_POINT ? own : ''),
          names,
        ),
        rows: reader.counts(step).map(describeCount).filter(Boolean).join('; '),
        waited:
          step.blocked === null
            ? null
            : `waits for ${step.blocked.lock}, which session ${step.blocked.by.map((by) => by + 1).join(' and ')} has`,
        preempts: position?.current != null && position.current !== step.session,
        answer: call && step.index === call.steps ? withNames(describeResult(call.result), names) : null,
      },
    ];
  });
}

/** Ids, and what messages call them, as the names of the case. */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  const known = new Map([...names].map(([id, name]) => [nameOf(id), name]));
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => names.get(id) ?? id)
    .replace(/(table|booking|hold|restaurant) explore\/\d+/g, (all, kind) => {
      const name = known.get(all);
      return name === undefined ? all : `${kind} ${name}`;
    });
}

function describeResult(result: CallResult): string {
  return result.ok ? 'acknowledged' : `${result.code} ${result.message}`;
}

function describeCount({ table, scans, seen, inserted, updated, deleted }: TableCount): string {
  const done = [
    ...(scans > 0 ? [`saw ${seen}`] : []),
    ...(inserted > 0 ? [`inserted ${inserted}`] : []),
    ...(updated > 0 ? [`updated ${updated}`] : []),
    ...(deleted > 0 ? [`deleted ${deleted}`] : []),
  ];
  return done.length === 0 ? '' : `${table}: ${done.join(', ')}`;
}
