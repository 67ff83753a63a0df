import type { CaseResult, ExploreFinding } from '../contracts/explore-result.ts';
import { describeSchedule } from './scheduler/schedule.ts';

/**
 * A script that shows a finding: which sessions make which calls on which rows, and in which order their statements go.
 * What only the scheduler can do, to stop inside a function, `--replay` does.
 *
 * @param rows statements that write the rows of one instance
 * @param calls statements of the calls, one for each session
 * @param replay command that runs the schedule again
 */
export function reproScript(
  { name, about }: Pick<CaseResult, 'name' | 'about'>,
  finding: ExploreFinding,
  {
    rows,
    before,
    calls,
    replay,
  }: { rows: string; before: readonly string[]; calls: readonly string[]; replay: string },
): string {
  const steps = finding.steps.map(({ session, place, statement, waited, preempts, answer }, index) => {
    const notes = [preempts ? 'interrupts' : '', waited ?? '', answer === null ? '' : `ends: ${answer}`];
    const text = `${place === null ? '' : `${place}: `}${statement}`;
    return `--   ${String(index + 1).padStart(3)}. session ${session + 1}  ${clip(text)}${notes
      .filter(Boolean)
      .map((note) => `\n--        ${note}`)
      .join('')}`;
  });
  return `-- ${name}: ${about}
-- ${finding.promise}: ${finding.title}
-- ${finding.preemptions} preemptions; ${describeSchedule(finding.schedule)}
--
-- Exactly this order, again and again:
--   ${replay}
--
-- By hand: put the rows into a copy of the schema that nobody uses, make each call in a session of its own, and stop
-- each session where the list says that another one goes on (a debugger's break point, or a pg_advisory_lock put before
-- the statement).

${rows}

${before.length === 0 ? '' : `-- Calls that come before.\n${before.map((call) => `${call};`).join('\n')}\n`}
${calls.map((call, session) => `-- Session ${session + 1}\n--   BEGIN;\n${call};\n--   COMMIT;`).join('\n\n')}

-- The order of the steps
${steps.join('\n')}
`;
}

function clip(text: string): string {
  return text.length > 150 ? `${text.slice(0, 149)}…` : text;
}
