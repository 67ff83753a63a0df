import type { Slo } from '../contracts/capacity-limits.ts';
import type { CapacityStep, Reason } from '../contracts/capacity-result.ts';
import { formatMs, formatShare } from './words.ts';

/** Share of the offered rate that must be answered, besides what may still be under way when the last call begins. */
const LEAST_ACHIEVED = 0.95;
const MOST_UNDER_WAY = 0.3;
/** Latencies that rise by more than this share of the limit within a step are a queue that grows. */
const MOST_GROWTH = 0.25;
/** A share of errors as far as that from its limit is no matter of chance. */
const CLEAR_FACTOR = 2;

type Measured = Pick<
  CapacityStep,
  | 'rate'
  | 'duration_s'
  | 'achieved'
  | 'dropped'
  | 'intervals'
  | 'error_share'
  | 'errors'
  | 'status_lag'
  | 'growth_ms'
>;

export interface Judgement {
  holds: boolean;
  clear: boolean;
  reasons: Reason[];
}

/** Whether a step kept to the SLO, what broke if not, and whether chance could have decided that. */
export function judgeStep(step: Measured, slo: Slo): Judgement {
  const reasons: Reason[] = [];
  // Each of these alone is beyond doubt.
  let certain = false;
  let unclear = false;
  for (const { percentile, ms } of slo.latency) {
    const seen = step.intervals.find((each) => each.percentile === percentile);
    if (!seen) {
      certain = true;
      reasons.push({ criterion: 'latency', text: 'no call was answered' });
      continue;
    }
    const high = seen.high ?? Number.POSITIVE_INFINITY;
    if (seen.low <= ms && high > ms) unclear = true;
    if (seen.low > ms) certain = true;
    if (seen.value > ms) {
      reasons.push({
        criterion: 'latency',
        text: `p${percentile} is ${formatMs(seen.value)}, above ${formatMs(ms)}`,
      });
    }
  }
  if (step.dropped > 0) {
    certain = true;
    reasons.push({
      criterion: 'dropped',
      text: `${step.dropped} arrivals were dropped, since all virtual users were still waiting`,
    });
  }
  const { error_share: share } = step;
  const codes = Object.entries(step.errors).filter(([code]) => code !== 'dropped');
  if (share > slo.max_error_share && codes.length > 0) {
    if (share > slo.max_error_share * CLEAR_FACTOR) certain = true;
    else unclear = true;
    const counts = codes.map(([code, count]) => `${count} ${code}`).join(', ');
    reasons.push({
      criterion: 'errors',
      text: `${formatShare(share)} of the arrivals failed (${counts}), above ${formatShare(slo.max_error_share)}`,
    });
  }
  reasons.push(...judgeLag(step, slo));
  const allowed = MOST_GROWTH * Math.min(...slo.latency.map(({ ms }) => ms));
  if (step.growth_ms > allowed) {
    reasons.push({
      criterion: 'growing',
      text: `latency rose by ${formatMs(step.growth_ms)} within the step: the queue grows, however long it takes to reach the limit`,
    });
  }
  const underWay = Math.max(...slo.latency.map(({ ms }) => ms)) / 1000 / step.duration_s;
  if (step.achieved < step.rate * (LEAST_ACHIEVED - Math.min(MOST_UNDER_WAY, underWay))) {
    reasons.push({
      criterion: 'rate',
      text: `${step.achieved.toFixed(1)} of ${step.rate} assignments per second were answered`,
    });
  }
  const holds = reasons.length === 0;
  return { holds, clear: holds ? !unclear : certain, reasons };
}

function judgeLag({ status_lag: lag }: Measured, { max_status_lag_ms: most }: Slo): Reason[] {
  if (most === null || lag === null) return [];
  if (lag.never > 0) {
    return [
      {
        criterion: 'status-lag',
        text: `after ${lag.never} of ${lag.reads} assignments for now the stored status never said reserved`,
      },
    ];
  }
  if (lag.p95_ms === null || lag.p95_ms <= most) return [];
  return [
    {
      criterion: 'status-lag',
      text: `95 % of the statuses were read as reserved within ${formatMs(lag.p95_ms)}, above ${formatMs(most)}`,
    },
  ];
}
