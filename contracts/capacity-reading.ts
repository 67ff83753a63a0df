import { z } from 'zod';

/** The newest version of capacity.json that a forecast understands. */
export const CAPACITY_READING_VERSION = 1;

/** What a forecast reads of a capacity result, whatever else is in it. Rates are assignments per second. */
export const capacityReadingSchema = z
  .looseObject({
    v: z.literal(CAPACITY_READING_VERSION),
    kind: z.literal('capacity'),
    /** The highest rate that kept the SLO, with its interval; null: none was found. */
    sustainable: z
      .looseObject({ rate: z.number().positive(), low: z.number().positive(), high: z.number().positive() })
      .nullable(),
    /** `at-least`: the search ended before anything broke. */
    bound: z.enum(['measured', 'at-least']),
    /** What the load was made of. */
    slice: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine(({ sustainable }, context) => {
    if (sustainable === null || (sustainable.low <= sustainable.rate && sustainable.rate <= sustainable.high))
      return;
    context.addIssue({ code: 'custom', path: ['sustainable'], message: 'is not low ≤ rate ≤ high' });
  });
export type CapacityReading = z.infer<typeof capacityReadingSchema>;
