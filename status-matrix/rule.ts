import type { TableStatus } from '../plan/world.ts';
import type { Situation } from './situation.ts';

/**
 * What the contract lets a refresh store. More than one status where the contract leaves it open: whether a table that
 * was put out of service by hand stays so while an allocation is under way, and whether maintenance that is still to
 * come, or only a shadow, means that nobody's hand did it.
 *
 * Written on its own, apart from the models of `variants.ts` and from `verify/status-model.ts`, so that a mistake in one
 * of them shows as a difference.
 */
export function allowedStatuses({ allocations, previous }: Situation): TableStatus[] {
  // A cancelled booking's rows should be gone: where they are not, they must not count.
  const own = allocations.filter(({ resource, booking }) => resource === 'table' && booking !== 'cancelled');
  const underWay = own.filter(({ shadow, from_us, to_us }) => !shadow && from_us <= 0 && 0 < to_us);

  let status: TableStatus = 'available';
  if (underWay.length > 0) status = 'reserved';
  if (underWay.some(({ booking }) => booking === 'checked_in')) status = 'occupied';
  if (underWay.some(({ maintenance }) => maintenance)) status = 'out_of_service';
  if (previous !== 'out_of_service' || status === previous) return [status];

  const maintenance = own.filter((allocation) => allocation.maintenance);
  if (maintenance.some(({ shadow, from_us }) => !shadow && from_us <= 0)) return [status];
  return status === 'available' && maintenance.length === 0 ? [previous] : [previous, status];
}
