import { formatInstant, formatWindow } from '../../contracts/instant.ts';
import { nameOf } from '../../plan/identity.ts';
import type { Effects } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { FoundViolation } from '../invariant.ts';
import type { RunData } from '../run-data.ts';
import type { Status } from '../status-model.ts';
import { measureFreshness } from './freshness.ts';
import type { Look } from './staleness.ts';
import { ruleAt, type SteppedCourse } from './stepped.ts';

/** What reads right after a refresh showed where the virtual clock stood at an instant. */
export interface RefreshedLooks {
  statuses: Status[];
  violations: FoundViolation[];
  problems: string[];
}

/** null when the run stepped no clock. */
export function refreshedLooks(run: RunData, effects: Effects): RefreshedLooks | null {
  const stepped = measureFreshness(run, effects)?.stepped;
  if (!stepped) return null;
  const { courses, problems } = stepped;
  const found: RefreshedLooks = {
    statuses: [],
    violations: [],
    problems: problems.map(({ reason }) => reason),
  };
  for (const course of courses) {
    for (const look of course.looks) {
      if (!look.refreshed) continue;
      found.statuses.push(look.status as Status);
      if (!look.agrees) found.violations.push(wrong(course, look));
    }
  }
  return found;
}

function wrong({ table, claims }: SteppedCourse, { from: at, status, source }: Look): FoundViolation {
  const rule = ruleAt(claims, at);
  // Those that the instant lies in or next to.
  const near = claims.filter(({ window }) => window.start - 1 <= at && at <= window.end + 1);
  const where = near.map(({ window }) => {
    const place = at < window.start ? 'before' : at >= window.end ? 'at or after the end of' : 'within';
    return `${place} the window ${formatWindow(window)}`;
  });
  const instant = `the virtual clock stood at ${formatInstant(at)}, ${where.join(' and ') || 'outside every window'}`;
  return {
    title: `${nameOf(table.table_id)} is stored as ${status} right after a refresh, but the rule gives ${rule}: ${instant}`,
    steps: [
      ...near.map(({ effect, window }) => step(effect.operation, '', window)),
      ...near.flatMap(({ effect, seatedAt }) =>
        seatedAt <= at
          ? [remark(`the guests of ${nameOf(effect.booking_id)} sat down at ${formatInstant(seatedAt)}`)]
          : [],
      ),
      remark(`${instant}; the table was refreshed and read: the stored status is ${status}`),
      remark(`at that moment the rule gives ${rule}`),
    ],
    operations: near.map(({ effect }) => effect.operation),
    rows: 'f' in source ? [] : [{ ...source }],
  };
}
