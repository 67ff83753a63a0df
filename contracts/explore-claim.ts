import type { CaseResult } from './explore-result.ts';

/** What holds of the schedules of a case, and nothing more. */
export function describeClaim({ claim, schedules, findings }: CaseResult): string {
  if (findings.length > 0) {
    const fewest = Math.min(...findings.map(({ preemptions }) => preemptions));
    return `a promise breaks with ${preemptionsText(fewest)}`;
  }
  switch (claim.kind) {
    case 'all':
      return 'all interleavings';
    case 'bounded':
      return `all up to ${preemptionsText(claim.preemptions)}`;
    case 'sampled':
      return `${schedules} sampled`;
  }
}

function preemptionsText(count: number): string {
  return count === 1 ? '1 preemption' : `${count} preemptions`;
}
