import type { AssignOperation, Operation, StatusOperation } from '../../../history/operation.ts';

const base = {
  v: 1 as const,
  run: 'abcdef01',
  runner: 'capacity',
  scenario: 'capacity',
  retry: 0,
};

/** An assignment: when it was due, when it was sent and answered, milliseconds. */
export function assign(
  number: number,
  times: { due: number; sent?: number; answered: number },
  result: Partial<Pick<AssignOperation, 'type' | 'class' | 'code' | 'http'>> = {},
): Operation {
  const { due, sent = due + 0.5, answered } = times;
  return {
    ...base,
    f: 'assign',
    process: number,
    index: 0,
    input: {
      booking_id: `booking-${number}`,
      table_ids: ['table'],
      idempotency_key: null,
      require_adjacency: false,
      start_at: null,
      end_at: null,
    },
    t0: sent * 1e6,
    t1: answered * 1e6,
    type: 'ok',
    class: 'ok',
    code: null,
    http: 200,
    value: [],
    round: { round: number, slot: null, scheduled: due * 1e6 },
    ...result,
  };
}

/** A read of a status that belongs to the assignment of that number. */
export function read(number: number, at: number, status: string): StatusOperation {
  return {
    ...base,
    f: 'status',
    process: number,
    index: 1,
    input: { table_ids: ['table'] },
    t0: (at - 2) * 1e6,
    t1: at * 1e6,
    type: 'ok',
    class: 'ok',
    code: null,
    http: 200,
    value: { table: status },
    round: { round: number, slot: null, scheduled: 0 },
  };
}

/** Calls at a constant rate, each with the latency that is given for its number, milliseconds. */
export function calls(rate: number, count: number, latency: (number: number) => number): Operation[] {
  return Array.from({ length: count }, (_, number) => {
    const due = 100 + (number * 1000) / rate;
    return assign(number, { due, answered: due + latency(number) });
  });
}
