import http from 'k6/http';
import { input } from './request.ts';

export { options } from './request.ts';

http.setResponseCallback(http.expectedStatuses({ min: 100, max: 599 }));

const key = __ENV.SUPABASE_SECRET_KEY ?? '';
const body = JSON.stringify({
  p_booking_id: input.booking_id,
  p_table_ids: input.table_ids,
  p_idempotency_key: null,
  p_require_adjacency: false,
  p_assigned_by: null,
  p_start_at: null,
  p_end_at: null,
});
const headers = {
  apikey: key,
  Authorization: `Bearer ${key}`,
  'Content-Type': 'application/json',
  'Content-Profile': 'public',
};

/** The same request, and nothing else. */
export default function plain(): void {
  http.post(`${__ENV.TABLE_STRESS_REST_URL}/rpc/assign_tables_atomic_v2`, body, { headers });
}
