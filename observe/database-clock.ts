import type postgres from 'postgres';

/**
 * How far the database's clock is ahead of this machine's, by Cristian's algorithm (Cristian 1989): the answer was made
 * between request and reply, so half of the round trip bounds the error. The quickest of several samples is kept.
 *
 * @returns milliseconds; positive when the database's clock is ahead
 */
export async function measureDatabaseClock(
  sql: postgres.Sql,
  samples = 15,
): Promise<{ offset_ms: number; error_ms: number }> {
  let best = { offset_ms: 0, error_ms: Number.POSITIVE_INFINITY };
  for (let sample = 0; sample < samples; sample += 1) {
    const before = performance.timeOrigin + performance.now();
    const [row] = await sql<
      { ms: number }[]
    >`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    const after = performance.timeOrigin + performance.now();
    const error_ms = (after - before) / 2;
    if (row && error_ms < best.error_ms) best = { offset_ms: row.ms - (before + after) / 2, error_ms };
  }
  return best;
}

/**
 * What two measurements, before and after the load, say of the time between: half-way, with a bound that reaches both. A
 * clock that drifted or was set shows as a large bound.
 */
export function combineClocks(
  first: { offset_ms: number; error_ms: number },
  second: { offset_ms: number; error_ms: number },
): { offset_ms: number; error_ms: number } {
  const drift = Math.abs(first.offset_ms - second.offset_ms);
  return {
    offset_ms: (first.offset_ms + second.offset_ms) / 2,
    error_ms: Math.max(first.error_ms, second.error_ms) + drift / 2,
  };
}
