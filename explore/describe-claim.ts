import type { CaseResult } from '../contracts/explore-result.ts';

/** What holds of the schedules of a case, and nothing more. */
export function describeClaim({ claim, schedules, findings }: CaseResult): string {
  const clean = findings.length === 0;
  switch (claim.kind) {
    case 'all':
      return clean ? 'all interleavings' : 'found among all interleavings';
    case 'bounded': {
      const many = claim.preemptions === 1 ? '1 preemption' : `${claim.preemptions} preemptions`;
      return clean ? `all up to ${many}` : `found among those with up to ${many}`;
    }
    case 'sampled':
      return `${schedules} sampled`;
  }
}
