import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9_-]*$/i);
/** Minutes from the case's base time. */
const minutes = z.int();

const assign = z.strictObject({
  booking: name,
  tables: z.array(name).min(1),
  /** Idempotency key. */
  key: z.string().optional(),
  /** Window of the call; left out: the booking's. */
  from: minutes.optional(),
  to: minutes.optional(),
});

/** One call of the application. */
export const caseCallSchema = z.union([
  z.strictObject({ assign }),
  z.strictObject({ unassign: z.strictObject({ booking: name, tables: z.array(name).optional() }) }),
  z.strictObject({ hold: name }),
  z.strictObject({ release: name }),
  z.strictObject({ confirm: z.strictObject({ hold: name, booking: name, key: z.string().optional() }) }),
  z.strictObject({ refresh: name }),
  z.strictObject({ transition: z.strictObject({ booking: name, status: z.string() }) }),
  /** Any statement; `{booking a}`, `{table t1}`, `{hold h}` and `{restaurant main}` stand for ids. */
  z.strictObject({ sql: z.string().min(1) }),
]);
export type CaseCall = z.infer<typeof caseCallSchema>;

/** A few calls to be run in every order of their steps, and the rows that they find. */
export const caseDefinitionSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** What may go wrong, in one sentence. */
  about: z.string(),
  /** `tomorrow`: windows are to come; `now`: the base time is the present moment. */
  base: z.enum(['tomorrow', 'now']).default('tomorrow'),
  /** Tables by name, each with its zone and restaurant; left out: both `main`. */
  tables: z.record(name, z.strictObject({ zone: name.default('main'), restaurant: name.default('main') })),
  bookings: z.record(
    name,
    z.strictObject({
      from: minutes.default(0),
      to: minutes.default(120),
      party: z.int().min(1).default(2),
      status: z
        .enum(['pending', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show'])
        .default('pending'),
      restaurant: name.default('main'),
      /** Who booked; left out: a guest with no other booking. */
      customer: name.optional(),
    }),
  ),
  holds: z
    .record(
      name,
      z.strictObject({
        /** Whom the tables are held for; left out: nobody in particular. */
        booking: name.optional(),
        tables: z.array(name).min(1),
        from: minutes.default(0),
        to: minutes.default(120),
        /** Its time is over already. */
        lapsed: z.boolean().default(false),
      }),
    )
    .default({}),
  /** Covers that restaurant `main` allows at once; left out: no rule. */
  max_covers: z.int().min(1).optional(),
  /** Calls made before, one after the other. */
  before: z.array(caseCallSchema).default([]),
  /** Calls that go on at the same time. */
  calls: z.array(caseCallSchema).min(2).max(3),
});
export type CaseDefinition = z.infer<typeof caseDefinitionSchema>;

/** A case file: a list of cases. */
export const caseFileSchema = z.strictObject({ cases: z.array(caseDefinitionSchema).min(1) });
