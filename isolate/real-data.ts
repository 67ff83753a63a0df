import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import { anyTagPattern } from '../plan/identity.ts';
import type { StressClient } from '../target/supabase-client.ts';

/** Bookings that are looked at through the API. */
const SAMPLE = 1000;

/**
 * Refuses an isolated schema that holds bookings without a run's tag: somebody works with it, whatever its marker says.
 *
 * @throws TargetError with their number
 */
export async function refuseRealData(sql: postgres.Sql, schema: string): Promise<void> {
  const bookings = await countRealBookings(sql, schema);
  if (bookings > 0) throw realData(schema, `${bookings}`);
}

/**
 * Refuses to remove such a schema: what somebody put there is not ours to delete.
 *
 * @throws TargetError with their number
 */
export async function refuseToDropRealData(sql: postgres.Sql, schema: string): Promise<void> {
  const [table] = await sql<{ readable: boolean }[]>`
    select has_table_privilege(oid, 'select') as readable from pg_class
     where relname = 'bookings' and relkind in ('r', 'p')
       and relnamespace = (select oid from pg_namespace where nspname = ${schema})`;
  // A removal that was broken off may have taken the table already.
  if (!table?.readable) return;
  const bookings = await countRealBookings(sql, schema);
  if (bookings === 0) return;
  throw new TargetError(
    `the schema ${schema} is not removed: it holds ${bookings} bookings that no run of table-stress made`,
    [`look at them, and delete them from ${schema}.bookings if nobody needs them; then start again`],
  );
}

async function countRealBookings(sql: postgres.Sql, schema: string): Promise<number> {
  const [row] = await sql<{ bookings: number }[]>`
    select count(*)::int as bookings from ${sql(schema)}.bookings t where (t.*)::text !~ ${anyTagPattern}`;
  return row?.bookings ?? 0;
}

/** The same through the API, over a sample of the newest bookings. */
export async function refuseRealDataByApi(client: StressClient, schema: string): Promise<void> {
  const { data, error } = await client
    .from('bookings')
    .select('*')
    .order('start_at', { ascending: false })
    .limit(SAMPLE);
  if (error) {
    throw new TargetError(
      `bookings of schema ${schema} cannot be read (${error.code || 'no code'}: ${error.message})`,
    );
  }
  const pattern = new RegExp(anyTagPattern);
  const untagged = data.filter((row) => !pattern.test(JSON.stringify(row))).length;
  if (untagged > 0) throw realData(schema, `at least ${untagged}`);
}

function realData(schema: string, number: string): TargetError {
  return new TargetError(`schema ${schema} holds ${number} bookings that no run of table-stress made`, [
    'nothing was written; real data must not get any load, so use a schema of its own: --schema NAME',
  ]);
}
