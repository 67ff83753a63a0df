import { z } from 'zod';
import { plannedFaultSchema } from '../contracts/faults.ts';
import { allScenarioNames, refreshPolicies } from '../contracts/thresholds.ts';
import { PLAN_VERSION } from './plan.ts';

/** The schema of plan.json; docs/formats.md explains each field. */

const id = z.uuid();
const instant = z.iso.datetime();

const worldSchema = z.strictObject({
  restaurants: z.array(z.looseObject({ id, name: z.string(), slug: z.string(), timezone: z.string() })),
  zones: z.array(z.looseObject({ id, restaurant_id: id, name: z.string() })),
  allowed_capacities: z.array(z.looseObject({ restaurant_id: id, capacity: z.int() })),
  table_inventory: z.array(
    z.looseObject({ id, restaurant_id: id, zone_id: id, table_number: z.string(), status: z.string() }),
  ),
  table_adjacencies: z.array(z.looseObject({ table_a: id, table_b: id })),
  customers: z.array(z.looseObject({ id, restaurant_id: id })),
  bookings: z.array(
    z.looseObject({ id, restaurant_id: id, start_at: instant, end_at: instant, status: z.string() }),
  ),
  // Runs from before holds were planned have none.
  table_holds: z.array(z.looseObject({ id, restaurant_id: id, expires_at: instant })).default([]),
});

const plannedCall = z.looseObject({
  booking_id: id,
  table_ids: z.array(id).min(1),
  idempotency_key: z.string(),
  slot: z.string(),
});

const steppedWindow = z.looseObject({
  booking_id: id,
  start_at: instant,
  end_at: instant,
  check_in_at: instant.nullable(),
});
const scripted = z
  .looseObject({
    rounds: z.array(
      z.looseObject({
        kind: z.string(),
        scripts: z.array(z.array(z.looseObject({ f: z.string(), expect: z.array(z.string()).min(1) }))),
      }),
    ),
  })
  .optional();

const scenarioPlansSchema = z.strictObject({
  smoke: z
    .looseObject({
      sequences: z.array(z.array(z.looseObject({ f: z.string(), expect: z.array(z.string()) }))),
    })
    .optional(),
  'hot-table': z
    .looseObject({ rounds: z.array(z.looseObject({ kind: z.string(), calls: z.array(plannedCall) })) })
    .optional(),
  merge: scripted,
  idempotency: scripted,
  holds: scripted,
  churn: scripted,
  rush: z
    .looseObject({ diners: z.array(z.looseObject({ booking_id: id, choices: z.array(z.array(id).min(1)) })) })
    .optional(),
  soak: z
    .looseObject({ visits: z.array(z.looseObject({ booking_id: id, table_ids: z.array(id) })) })
    .optional(),
  scalability: z
    .looseObject({
      callers: z.array(
        z.looseObject({ turns: z.array(z.looseObject({ booking_id: id, table_ids: z.array(id).min(1) })) }),
      ),
    })
    .optional(),
  capacity: z
    .looseObject({
      arrivals: z.array(
        z.looseObject({
          booking_id: id,
          table_ids: z.array(id).min(1),
          idempotency_key: z.string(),
          watched: z.boolean(),
          expect: z.array(z.string()).min(1),
        }),
      ),
    })
    .optional(),
  'window-boundary': z
    .looseObject({
      watched: z.array(
        z.array(z.looseObject({ table_id: id, booking_id: id, policy: z.enum(refreshPolicies) })),
      ),
      stepped: z
        .looseObject({
          from: instant,
          until: instant,
          tables: z.array(
            z.looseObject({ table_id: id, policy: z.enum(refreshPolicies), windows: z.array(steppedWindow) }),
          ),
        })
        .nullable(),
    })
    .optional(),
});

export const planSchema = z.looseObject({
  v: z.literal(PLAN_VERSION),
  seed: z.int(),
  tag: z.string().regex(/^[0-9a-f]{8}$/),
  anchor: instant,
  profile: z.string(),
  world: worldSchema,
  scenarios: scenarioPlansSchema,
  min_interval_ms: z.partialRecord(z.enum(allScenarioNames), z.number().positive()).optional(),
  faults: z.partialRecord(z.enum(allScenarioNames), z.array(plannedFaultSchema)).optional(),
});
