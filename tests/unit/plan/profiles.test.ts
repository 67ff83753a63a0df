import { expect, it } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { profileNames } from '../../../contracts/thresholds.ts';
import { planOf } from './plans.ts';

const { profiles } = readThresholds(new URL('../../../thresholds.json', import.meta.url).pathname);

it.each(profileNames)(
  'the profile %s fits into a file and into memory',
  (name) => {
    const plan = planOf({ profileName: name, profile: profiles[name] });
    const megabytes = JSON.stringify(plan).length / 1e6;
    // A string of the runtime holds 536 million characters.
    expect(megabytes).toBeLessThan(250);
    const { processes, rounds } = profiles[name].scenarios['hot-table'];
    expect(plan.scenarios['hot-table']?.rounds.flatMap((round) => round.calls)).toHaveLength(
      processes * rounds,
    );
  },
  120_000,
);
