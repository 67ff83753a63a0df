import type { KeptViolation } from '../contracts/kept-violations.ts';
import { type Step, sessionsOf } from './sessions.ts';

interface HeaderFacts {
  /** The run's tag. */
  run: string;
  kept: KeptViolation;
  steps: readonly Step[];
  /** What came of trying the script, in words. */
  outcome: string;
  /** What tries it again. */
  command: string;
  /** Schema of what the script notes down. */
  notes: string;
}

/** What the script shows, what came of it, and how to run it: comments, a line each. */
export function header({ run, kept, steps, outcome, command, notes }: HeaderFacts): string[] {
  const { number, invariant, promise, violation } = kept;
  return [
    `table-stress, run ${run}, violation ${number}: ${invariant}`,
    `promised: ${promise}`,
    `broken: ${violation.title}`,
    `tried: ${outcome}`,
    '',
    'On a copy of the application that may be changed, never on production, as the role postgres:',
    '  psql "$DATABASE_URL" -f THIS_FILE',
    'Names without a schema mean the first one of search_path: change that line to play it elsewhere.',
    ...howToPlay(steps, notes),
    'table-stress tries it by itself, on a fresh embedded copy:',
    `  ${command}`,
  ].map((line) => (line === '' ? '--' : `-- ${line.replaceAll(/[\r\n]+/g, ' ')}`));
}

function howToPlay(steps: readonly Step[], notes: string): string[] {
  const together = steps.filter(({ alongside }) => alongside.length > 0).map(({ name }) => name);
  if (together.length === 0)
    return ['The steps run one after the other, as they did in the run: nothing is left to luck.'];
  return [
    `Like that the steps run one after the other. In the run ${together.join(' and ')} ran at the same time; whether they meet is luck.`,
    `To let them, open a psql for each of the sessions ${sessionsOf(steps).join(', ')}, and one more:`,
    `  1. in the one more: play the set-up, then SELECT ${notes}.raise_barrier();`,
    '  2. in each session: SET search_path as in the set-up, then its steps; they wait at the barrier',
    `  3. in the one more: SELECT ${notes}.lower_barrier(); then play the check and the clean-up`,
  ];
}
