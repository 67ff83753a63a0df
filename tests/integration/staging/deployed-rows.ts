import postgres from 'postgres';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { makePlan } from '../../../plan/plan.ts';
import { seedWorld } from '../../../seed/seed.ts';
import { createStressClient } from '../../../target/supabase-client.ts';
import type { Target } from '../../../target/target.ts';

const TAG = 'abcdef01';

/**
 * Fills the deployed schema of a stand-in with thousands of rows of an application in use: none of them looks like a
 * run's.
 */
export async function fillDeployed(target: Target & { databaseUrl: string }): Promise<number> {
  const { profiles, k6 } = readThresholds('thresholds.json');
  const profile = {
    ...profiles.quick,
    background: { restaurants: 12, bookings_per_restaurant: 250 },
  };
  const plan = makePlan({
    seed: 7,
    tag: TAG,
    anchor: Date.now(),
    profileName: 'quick',
    profile,
    scenarios: ['smoke'],
    thresholds: k6,
  });
  // Ids that begin with a digit, and texts without our mark.
  const world = JSON.parse(
    JSON.stringify(plan.world).replaceAll(`ts-${TAG}`, 'app-live').replaceAll(TAG, '0bcdef01'),
  ) as typeof plan.world;
  const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const client = createStressClient(target, 'public');
    const { rows } = await seedWorld(client, await describeFromCatalog(sql, 'public'), { ...plan, world });
    return Object.values(rows).reduce((sum, count) => sum + count, 0);
  } finally {
    await sql.end();
  }
}

/** Another client of the application: changes bookings of its own again and again, until it is stopped. */
export function writeMeanwhile(databaseUrl: string): { stop: () => Promise<number> } {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  let going = true;
  let writes = 0;
  const work = (async () => {
    while (going) {
      await sql`
        update public.bookings set party_size = party_size % 6 + 1
         where id = (select id from public.bookings order by random() limit 1)`;
      writes += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    stop: async () => {
      going = false;
      await work;
      await sql.end();
      return writes;
    },
  };
}
