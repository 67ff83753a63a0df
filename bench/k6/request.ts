/** The call that all sides make: an assignment of a table that is taken, so that nothing piles up. */
export const input = {
  booking_id: __ENV.BENCH_BOOKING ?? '',
  table_ids: [__ENV.BENCH_TABLE ?? ''],
  idempotency_key: null,
  require_adjacency: false,
  start_at: null,
  end_at: null,
};

export const users = Number(__ENV.BENCH_USERS);

export const options = {
  scenarios: { main: { executor: 'constant-vus', vus: users, duration: `${__ENV.BENCH_SECONDS}s` } },
};
