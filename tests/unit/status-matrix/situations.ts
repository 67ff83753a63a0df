import { tableStatuses } from '../../../contracts/status-matrix.ts';
import { utcOffset } from '../../../plan/time-zone.ts';
import type { StatusCase } from '../../../status-matrix/case.ts';
import { planCases } from '../../../status-matrix/cases.ts';
import type { Situation } from '../../../status-matrix/situation.ts';

/** A day on which London is not at UTC. */
export const summer = Date.parse('2026-07-15T12:00:00Z');

/** Every cell of the matrix: each case with each previous status. */
export function everyCell(
  wanted: (one: StatusCase) => boolean = () => true,
): { one: StatusCase; situation: Situation }[] {
  return planCases(summer)
    .filter(wanted)
    .flatMap((one) =>
      tableStatuses.map((previous) => ({
        one,
        situation: {
          allocations: one.allocations,
          previous,
          utc_offset_us: utcOffset(summer, one.timezone) * 1000,
        },
      })),
    );
}

/** What most deployments can be brought into: their constraint forbids overlapping allocations. */
export const possibleCells = (): Situation[] =>
  everyCell((one) => !one.overlapping).map(({ situation }) => situation);
