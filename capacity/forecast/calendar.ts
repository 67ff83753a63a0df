/** Days of an average month. */
const MONTH_DAYS = 30.436875;
const DAY_MS = 86_400_000;

/** The date so many months after another, fractions included: `2027-03-05`. */
export function monthsAfter(date: string, months: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + Math.floor(months * MONTH_DAYS) * DAY_MS)
    .toISOString()
    .slice(0, 10);
}
