import { z } from 'zod';
import { refreshPolicies } from './thresholds.ts';

/** Version of the format of boundaries.ndjson. */
export const BOUNDARY_OBSERVATION_VERSION = 1;

const version = z.literal(BOUNDARY_OBSERVATION_VERSION);
const run = z.string().regex(/^[0-9a-f]{8}$/);

/** A table's stored status as it was read while the virtual clock stood. Lines are in the order of reading. */
export const boundaryObservationSchema = z.strictObject({
  v: version,
  run,
  /** What the virtual clock showed, to the microsecond; ISO 8601 in UTC. */
  at: z.iso.datetime(),
  table_id: z.uuid(),
  policy: z.enum(refreshPolicies),
  /** Whether the table's policy refreshed it just before, at the same instant. */
  refreshed: z.boolean(),
  status: z.string(),
});
export type BoundaryObservation = z.infer<typeof boundaryObservationSchema>;

/** Last line of a file that was written to its end. */
export const boundaryObservationsEndSchema = z.strictObject({
  v: version,
  end: z.literal(true),
  run,
  observations: z.int().nonnegative(),
});
