import path from 'node:path';
import { formatMs, formatRate } from '../../capacity/words.ts';
import type { CapacityResult } from '../../contracts/capacity-result.ts';
import type { StagingLimits } from '../../contracts/staging-limits.ts';
import { answerInWords, share, sliceInWords, sloInWords } from '../../report/capacity/words.ts';
import { paint } from '../terminal.ts';
import type { CapacityRequest } from './request.ts';
import type { Budget } from './step-plan.ts';

/** The answer on one screen. */
export function renderCapacity(result: CapacityResult, folder: string, colour: boolean): string {
  const { exit_code, headline, limit, knee, steps, violation, warnings, isolated } = result;
  const style = exit_code === 0 ? 'green' : violation || exit_code === 1 ? 'red' : 'yellow';
  const lines = [
    '',
    `${paint(['bold', style], 'CAPACITY', colour)}  ${headline}`,
    '',
    entry('carries', answerInWords(result)),
    entry('SLO', sloInWords(result)),
    ...(limit === null ? [] : [entry('limit', `${limit.sentence} (at ${formatRate(limit.rate)})`)]),
    ...(knee === null
      ? []
      : [entry('knee', `${formatRate(knee.rate)}, ${knee.method} of ${formatMs(knee.floor_ms)}`)]),
    entry('load', sliceInWords(result)),
    entry('steps', String(steps.length)),
    ...byRate(result).map((line) => `    ${line}`),
    ...steps
      .filter(({ phase }) => phase === 'check')
      .map(({ rate, holds, p95 }) =>
        entry(
          'check',
          `at ${formatRate(rate)} the SLO ${holds ? 'holds' : 'breaks'}${p95 === null ? '' : ` (p95 ${formatMs(p95)})`}`,
        ),
      ),
    entry('left behind', `${isolated.verdict}: ${isolated.summary}`),
    ...warnings.map((warning) => paint('yellow', `  ! ${warning}`, colour)),
    ...(violation
      ? [
          `  → read the evidence: ${path.join(path.relative(process.cwd(), folder), 'steps', String(violation.step).padStart(2, '0'), 'report.html')}`,
        ]
      : []),
    `  report: ${path.join(path.relative(process.cwd(), folder), 'capacity.html')}`,
    '',
  ];
  return lines.join('\n');
}

/** A line for each rate, the lowest first. */
function byRate({ steps }: CapacityResult): string[] {
  const rates = [...new Set(steps.map(({ rate }) => rate))].sort((a, b) => a - b);
  return rates.map((rate) => {
    const runs = steps.filter((step) => step.rate === rate);
    const held = runs.filter(({ holds }) => holds).length;
    const p95 = runs.flatMap((run) => (run.p95 === null ? [] : [run.p95])).sort((a, b) => a - b);
    const middle = p95[Math.floor((p95.length - 1) / 2)];
    const latency = middle === undefined ? 'no answer' : `p95 ${formatMs(middle)}`;
    const why = runs.find(({ holds }) => !holds)?.reasons[0]?.text;
    const outcome = held === runs.length ? 'holds' : held === 0 ? 'breaks' : `held ${held} of ${runs.length}`;
    return `${formatRate(rate).padStart(8)}  ${latency.padEnd(14)} ${outcome}${why === undefined ? '' : `: ${why}`}`;
  });
}

/** What the search may do to the target, known before it starts. */
export function renderBudget(
  { search, run, slo, settings, poolSize }: CapacityRequest,
  { largest, rate }: Budget,
  target: string,
  ceiling: StagingLimits | null,
): string {
  const { rows, total } = largest;
  const seeded = Object.entries(rows.seeded)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${count} ${table}`);
  const slice = {
    tables: settings.popularity,
    tables_per_restaurant: settings.tables,
    zipf_exponent: settings.zipf_exponent,
    restaurants: settings.restaurants,
    merged: settings.merged_share,
    conflicts: settings.conflict_share,
    watched: settings.watched_share,
    pool_size: poolSize,
  };
  const lines = [
    `Search on ${target}:`,
    '',
    entry('rates', `from ${formatRate(search.start_rate)} on, at most ${formatRate(rate)} (--max-rate)`),
    entry(
      'time',
      `at most ${search.max_duration_s} s (--max-duration), in steps of at least ${search.step_s} s`,
    ),
    entry('SLO', sloInWords({ slo })),
    entry('load', sliceInWords({ slice })),
    entry(
      'largest step',
      `≤ ${total.requests} requests from ${total.virtual_users} virtual users in ${Math.ceil(total.planned_s)} s`,
    ),
    entry('rows of it', `${rows.seeded_total} seeded (${seeded.join(', ')})`),
    entry('', `up to ${rows.added_total} added by calls, and what the application's triggers write besides`),
    entry('removed', 'the rows of each step before the next begins, and the schema at the end'),
    ...(ceiling === null
      ? []
      : [
          entry(
            'created',
            run.staging?.database === null
              ? 'nothing: the isolated schema must be there already'
              : `schema ${run.isolation.schema} with its role ${run.isolation.schema}_owner, unless it is there already, and its entry in the exposed schemas`,
          ),
          entry(
            'stops when',
            `more than ${share(ceiling.max_error_share)} of the last ${ceiling.errors_over_calls} calls fail because of the target: that step counts as broken`,
          ),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function entry(label: string, text: string): string {
  return `  ${label.padEnd(13)}${text}`;
}
