/**
 * Long tables of cases are gone through whole by `npm run proof`; otherwise a sample of them keeps the tests short enough
 * to be run at every change.
 */
const whole = process.env.TABLE_STRESS_PROOF === 'all';

/** All cases, or so many of them, spread evenly, the first and the last among them. */
export function sampled<T>(cases: readonly T[], count: number): readonly T[] {
  if (whole || cases.length <= count) return cases;
  const step = (cases.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => cases[Math.round(index * step)] as T);
}

/** All cases, or the first of each kind. */
export function oneOfEach<T>(cases: readonly T[], kind: (one: T) => string): readonly T[] {
  if (whole) return cases;
  return [...new Map(cases.toReversed().map((one) => [kind(one), one])).values()].toReversed();
}
