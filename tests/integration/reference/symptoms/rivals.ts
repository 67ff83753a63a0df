import type postgres from 'postgres';
import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { isAssignmentWaiting, outcome, until } from '../database.ts';
import type { Row } from '../world.ts';
import type { Symptom } from './symptom.ts';

/** Calls of two sessions that meet for certain: the second begins when the first has done its part and is not over. */

/** Begins a call, and waits until it waits for a lock, or is over without. */
async function meet(sql: postgres.Sql, assignment: PromiseLike<unknown>): Promise<{ call: Promise<string> }> {
  let isOver = false;
  const call = outcome(assignment).finally(() => {
    isOver = true;
  });
  await until(async () => isOver || (await isAssignmentWaiting(sql)));
  return { call };
}

/** Two bookings get one table: a call that begins before another has committed does not see, or not heed, what it wrote. */
export function bothGetIt(columns: Row = {}): Symptom {
  return async (reference, world) => {
    const rivals = await reference.connect(2);
    const [table, first, second] = [await world.table(), await world.booking(), await world.booking(columns)];
    const rival = await rivals.begin(async (tx) => {
      await assign(tx, first, [table]);
      return meet(reference.sql, assign(rivals, second, [table]));
    });
    expect(await rival.call).toBe('ok');
  };
}

interface Crossing {
  /** What a transaction does first. */
  first: (tx: postgres.TransactionSql) => PromiseLike<unknown>;
  /** A call of another session, which may have to wait for that. */
  rival: () => PromiseLike<unknown>;
  /** What the transaction does while that one waits, or after it. */
  next: (tx: postgres.TransactionSql) => PromiseLike<unknown>;
}

/** The outcomes of `rival` and `next`. */
export async function crossing(sql: postgres.Sql, { first, rival, next }: Crossing): Promise<string[]> {
  const outcomes: string[] = [];
  const transaction = sql.begin(async (tx) => {
    await first(tx);
    const { call } = await meet(sql, rival());
    outcomes.push(await outcome(next(tx)));
    // Over at the latest once the transaction is, or has failed.
    void call.then((text) => outcomes.push(text));
  });
  await transaction.catch((error: unknown) => {
    if (outcomes.length === 0) throw error;
  });
  await until(async () => outcomes.length === 2);
  return outcomes;
}
