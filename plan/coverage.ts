import type { ScenarioName } from '../contracts/thresholds.ts';
import type { InvariantId } from '../contracts/verdict.ts';

/**
 * Which promises each scenario can break. A run is judged on those of its scenarios: the others are listed as not
 * covered, and never as passed.
 */
export const coverage: Readonly<Record<ScenarioName, readonly InvariantId[]>> = {
  smoke: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'linearizable',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'isolated',
  ],
  'hot-table': [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'linearizable',
    'one-winner',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'isolated',
  ],
  'window-boundary': [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'linearizable',
    'linked',
    'mapped-errors',
    'status-rule',
    'progress',
    'isolated',
  ],
};
