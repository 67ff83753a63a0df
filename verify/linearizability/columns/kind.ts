/** What a call is to the specification, see `Outcome` in `../call.ts`; `read`: a look at a booking and table after the load. */
export const Kind = {
  assigned: 0,
  refused: 1,
  perhapsAssigned: 2,
  given: 3,
  perhapsGiven: 4,
  read: 5,
  /** Refused because its key was used for other tables. */
  reused: 6,
} as const;
