import { type CapacityResult, type CapacityStep, capacityEndings } from '../../contracts/capacity-result.ts';
import { formatDuration } from '../format.ts';

/** Assignments per second in words, with the interval or what it is a bound of. */
export function answerInWords({ sustainable, bound }: CapacityResult): string {
  if (sustainable === null) return 'no rate was seen to hold the SLO';
  const { rate, low, high, runs, held, confirmed } = sustainable;
  const range =
    bound === 'at-least'
      ? 'at least; nothing is known of more'
      : `interval ${perSecond(low)} to ${perSecond(high)}`;
  return `${perSecond(rate)} (${range}; held in ${held} of ${runs} runs${confirmed ? '' : ', not confirmed'})`;
}

export function perSecond(rate: number): string {
  return `${Number(rate.toFixed(2))}/s`;
}

/** What the target had to keep to. */
export function sloInWords({ slo }: Pick<CapacityResult, 'slo'>): string {
  return [
    ...slo.latency.map(({ percentile, ms }) => `p${percentile} at most ${ms} ms from the intended start`),
    `errors at most ${share(slo.max_error_share)}`,
    ...(slo.max_status_lag_ms === null
      ? []
      : [`95 % of the statuses right within ${slo.max_status_lag_ms} ms of the answer`]),
    'no arrival dropped',
  ].join(', ');
}

export function sliceInWords({ slice }: Pick<CapacityResult, 'slice'>): string {
  const tables =
    slice.tables === 'zipf' ? `popular by Zipf's law, exponent ${slice.zipf_exponent}` : 'all as popular';
  return [
    `${slice.restaurants} restaurant${slice.restaurants === 1 ? '' : 's'} of ${slice.tables_per_restaurant} tables, ${tables}`,
    `${share(slice.merged)} merged`,
    `${share(slice.conflicts)} conflicting`,
    `${share(slice.watched)} for now, with their status read`,
    ...(slice.pool_size === null ? [] : [`pool of ${slice.pool_size} connections`]),
  ].join('; ');
}

/** How the search went, in a sentence. */
export function searchInWords({ search, steps, ended }: CapacityResult): string {
  return (
    `${steps.length} steps of at least ${search.step_s} s: from ${perSecond(search.start_rate)} on times ${search.growth} until the SLO broke, ` +
    `then bisected to ${share(search.precision)}, and confirmed by ${search.repeats} runs. It ended because ${capacityEndings[ended]}.`
  );
}

export function warmUpInWords({ warm_up, arrivals }: CapacityStep): string {
  if (!warm_up.steady) return 'never settled';
  return warm_up.arrivals === 0
    ? 'none'
    : `${warm_up.seconds.toFixed(1)} s, ${warm_up.arrivals} of ${warm_up.arrivals + arrivals}`;
}

export function latencyInWords(value: number | null): string {
  return value === null ? 'no answer' : formatDuration(value);
}

export function share(value: number): string {
  return `${Number((value * 100).toFixed(2))} %`;
}

/** What kept a step from holding, the first of it; or that it holds. */
export function outcomeInWords(step: CapacityStep): string {
  const close = step.clear ? '' : ', closely';
  if (step.holds) return `holds${close}`;
  const [first, ...more] = step.reasons.map(({ text }) => text);
  return `breaks${close}: ${first ?? ''}${more.length === 0 ? '' : `, and ${more.length} more`}`;
}

/** What limits the target, with the rate at which it was seen. */
export function limitInWords({ limit }: Pick<CapacityResult, 'limit'>): string {
  return limit === null ? 'nothing was seen to' : `${limit.sentence} (at ${perSecond(limit.rate)})`;
}

export function brokeFirstInWords({ limit }: Pick<CapacityResult, 'limit'>): string {
  return limit === null ? 'nothing' : limit.reasons.join('; ');
}

/** Null where latency stayed near its floor. */
export function kneeInWords({ knee }: Pick<CapacityResult, 'knee'>): string | null {
  return knee && `${perSecond(knee.rate)}, ${knee.method} of ${formatDuration(knee.floor_ms)}`;
}

export function promisesInWords({ violation }: Pick<CapacityResult, 'violation'>): string {
  return violation === null
    ? 'checked at every step; none was broken'
    : `${violation.promise} was broken at ${perSecond(violation.rate)}: ${violation.title}`;
}
