import { type CheckId, checkIds } from '../../contracts/audit-result.ts';
import type { Check } from '../check.ts';
import { allocationsWithoutAssignment } from './allocations-without-assignment.ts';
import { ambiguousOverloads } from './ambiguous-overloads.ts';
import { assignmentsWithoutAllocation } from './assignments-without-allocation.ts';
import { claimsOfEndedBookings } from './claims-of-ended-bookings.ts';
import { emptyMergeGroups } from './empty-merge-groups.ts';
import { excessiveLocks } from './excessive-locks.ts';
import { expiredHolds } from './expired-holds.ts';
import { lockUpgrades } from './lock-upgrades.ts';
import { missingExclusionConstraint } from './missing-exclusion-constraint.ts';
import { missingTriggers } from './missing-triggers.ts';
import { overlappingAllocations } from './overlapping-allocations.ts';
import { statusDiffers } from './status-differs.ts';

const checks: Readonly<Record<CheckId, Check>> = {
  'status-differs': statusDiffers,
  'overlapping-allocations': overlappingAllocations,
  'claims-of-ended-bookings': claimsOfEndedBookings,
  'expired-holds': expiredHolds,
  'assignments-without-allocation': assignmentsWithoutAllocation,
  'allocations-without-assignment': allocationsWithoutAssignment,
  'empty-merge-groups': emptyMergeGroups,
  'missing-exclusion-constraint': missingExclusionConstraint,
  'missing-triggers': missingTriggers,
  'lock-upgrades': lockUpgrades,
  'excessive-locks': excessiveLocks,
  'ambiguous-overloads': ambiguousOverloads,
};

/** Every check, in the order of the output. */
export const allChecks: readonly Check[] = checkIds.map((id) => checks[id]);
