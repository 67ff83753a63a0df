import { describe, expect, it } from 'vitest';
import { correct, readings, storedBy } from '../../../status-matrix/behaviour.ts';
import { allowedStatuses } from '../../../status-matrix/rule.ts';
import { deviations } from '../../../status-matrix/variants.ts';
import { everyCell, possibleCells } from './situations.ts';

/** What the contract says, worked out by hand: after available, reserved and occupied; then after out_of_service. */
const byHand: Record<string, [string, string?]> = {
  nothing: ['available', 'out_of_service'],
  ended: ['available', 'out_of_service'],
  'under-way': ['reserved', 'out_of_service or reserved'],
  'to-come': ['available', 'out_of_service'],
  tomorrow: ['available', 'out_of_service'],
  confirmed: ['reserved', 'out_of_service or reserved'],
  'microsecond-before-start': ['available', 'out_of_service'],
  'at-start': ['reserved', 'out_of_service or reserved'],
  'microsecond-after-start': ['reserved', 'out_of_service or reserved'],
  'microsecond-before-end': ['reserved', 'out_of_service or reserved'],
  'at-end': ['available', 'out_of_service'],
  'microsecond-after-end': ['available', 'out_of_service'],
  'one-microsecond': ['reserved', 'out_of_service or reserved'],
  adjacent: ['reserved', 'out_of_service or reserved'],
  'adjacent-after-guests': ['reserved', 'out_of_service or reserved'],
  'adjacent-before-guests': ['occupied', 'out_of_service or occupied'],
  'after-guests': ['reserved', 'out_of_service or reserved'],
  between: ['available', 'out_of_service'],
  'adjacent-to-come': ['available', 'out_of_service'],
  overlapping: ['reserved', 'out_of_service or reserved'],
  'overlapping-guests': ['occupied', 'out_of_service or occupied'],
  'overlapping-until-now': ['reserved', 'out_of_service or reserved'],
  'maintenance-over-guests': ['out_of_service'],
  shadow: ['available', 'out_of_service'],
  'shadow-of-guests': ['reserved', 'out_of_service or reserved'],
  'shadow-of-maintenance': ['available', 'out_of_service or available'],
  'shadow-over-window': ['available', 'out_of_service'],
  maintenance: ['out_of_service'],
  'maintenance-ended': ['available'],
  'maintenance-to-come': ['available', 'out_of_service or available'],
  'maintenance-at-start': ['out_of_service'],
  'maintenance-at-end': ['available'],
  'window-after-maintenance': ['reserved'],
  'guests-after-maintenance': ['occupied'],
  guests: ['occupied', 'out_of_service or occupied'],
  'guests-ended': ['available', 'out_of_service'],
  'guests-too-early': ['available', 'out_of_service'],
  'guests-at-start': ['occupied', 'out_of_service or occupied'],
  'guests-at-end': ['available', 'out_of_service'],
  cancelled: ['available', 'out_of_service'],
  'cancelled-to-come': ['available', 'out_of_service'],
  'merge-group': ['reserved', 'out_of_service or reserved'],
  'merge-group-guests': ['occupied', 'out_of_service or occupied'],
  'merge-group-ended': ['available', 'out_of_service'],
  'merge-group-of-others': ['available', 'out_of_service'],
};
const ofZones: Record<string, [string, string]> = {
  'under-way': ['reserved', 'out_of_service or reserved'],
  ahead: ['available', 'out_of_service'],
  behind: ['available', 'out_of_service'],
  'since-last-year': ['reserved', 'out_of_service or reserved'],
};

describe('the rule', () => {
  it.each(everyCell())('$one.id after $situation.previous', ({ one, situation }) => {
    const zoned = Object.keys(ofZones).find((id) => one.id.startsWith(`${id}-`));
    const [usual, outOfService = usual] = byHand[one.id] ?? ofZones[zoned ?? ''] ?? [];
    expect(usual, `${one.id} is not in the table`).toBeDefined();
    const expected = situation.previous === 'out_of_service' ? outOfService : usual;
    expect(allowedStatuses(situation).join(' or ')).toBe(expected);
  });

  it('is what the correct models do, each reading of what is open included, and no more', () => {
    for (const { one, situation } of everyCell()) {
      const stored = new Set(readings.map((reading) => storedBy({ ...correct, byHand: reading }, situation)));
      expect([...stored].sort(), `${one.id} after ${situation.previous}`).toEqual(
        allowedStatuses(situation).sort(),
      );
    }
  });

  it.each(deviations)('is broken by $name $change in a case that every deployment can have', ({ change }) => {
    const broken = possibleCells().filter(
      (situation) => !allowedStatuses(situation).includes(storedBy({ ...correct, ...change }, situation)),
    );
    expect(broken.length).toBeGreaterThan(0);
  });
});
