/**
 * Seeded rounds: `npm run proof` goes through all of them, the tests through the first third, so that they stay short enough
 * to be run at every change.
 */
export function roundsOf(all: number): number {
  return process.env.TABLE_STRESS_PROOF === 'all' ? all : Math.ceil(all / 3);
}
