import { type ForecastFindings, shown } from './words.ts';

/** What to do, the first thing first. Gains are measured ones only: without a measurement it says what to measure. */
export function advise(findings: ForecastFindings): string[] {
  const { rate, capacity, verdict, gains, deciding } = findings;
  if (rate === null) {
    return [
      'measure the capacity first: npm run stress -- capacity, then name its folder by --capacity',
      `it has to show ${shown(deciding.required.value)} assignments per second or more`,
    ];
  }
  const advice: string[] = [];
  if (verdict === 'unknown' && capacity.bound === 'at-least') {
    advice.push(
      `search higher: the capacity is known up to ${shown(rate.value)} assignments per second, and ${shown(deciding.required.high ?? deciding.required.value)} are asked for`,
    );
  } else if (verdict === 'unknown') {
    advice.push('narrow the intervals: repeat the search of the capacity with more repetitions');
  }
  const best = gains.filter(({ state }) => state === 'gain');
  for (const { label, gain, changed } of best) {
    const what = changed.length === 0 ? label : `${label} (${changed.join(', ')})`;
    advice.push(
      `change ${what}: measured gain ${percent(gain?.value ?? 1)} (${percent(gain?.low ?? 1)} to ${gain?.high == null ? 'more' : percent(gain.high)})`,
    );
  }
  if (gains.length === 0) {
    advice.push(
      'to know what to change first, measure the capacity again with one thing changed, for instance a pool of 20 connections instead of 10, and name it by --with pool-20=FOLDER; which part limits says npm run stress -- scalability',
    );
  } else if (best.length === 0) {
    advice.push(
      'none of the changes that were measured is a gain that can be told from chance: measure others',
    );
  }
  return advice;
}

/** A factor as a change: 1.25 is `+25 %`. */
function percent(factor: number): string {
  const change = Math.round((factor - 1) * 100);
  return `${change >= 0 ? '+' : '−'}${Math.abs(change)} %`;
}
