import type { CapacityResult, CapacityStep } from '../../contracts/capacity-result.ts';
import { drawAchieved, drawLatencyOverRate } from '../charts/capacity.ts';
import { formatDuration, formatWallTime } from '../format.ts';
import { renderDocument } from '../html/document.ts';
import { wideFigure } from '../html/figure.ts';
import { type Html, html } from '../html/html.ts';
import { dataTable } from '../html/table.ts';
import { verdictMark } from '../html/verdict-mark.ts';
import {
  answerInWords,
  brokeFirstInWords,
  kneeInWords,
  latencyInWords,
  limitInWords,
  outcomeInWords,
  perSecond,
  promisesInWords,
  searchInWords,
  share,
  sliceInWords,
  sloInWords,
  warmUpInWords,
} from './words.ts';

/** The result of `capacity` as one file, from capacity.json alone. */
export function renderCapacityPage(result: CapacityResult): Promise<string> {
  const { steps, warnings, run } = result;
  return renderDocument(
    `${result.sustainable ? perSecond(result.sustainable.rate) : 'no capacity'} · table-stress capacity ${run}`,
    html`<main id="main">
<h1>Capacity: ${answerInWords(result)}</h1>
<p class="headline">${result.headline}.</p>
${warnings.length > 0 && html`<ul class="warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`}
${facts(result)}
${
  steps.length > 0 &&
  html`${wideFigure('Latency over the offered rate', drawLatencyOverRate('latency', result), 'from the intended start of each call, so that waiting to be sent counts; lines are medians of the runs at a rate, and nothing is drawn beyond what was measured')}
${wideFigure('Answered over offered', drawAchieved('achieved', result), 'where the solid line leaves the dashed one, the target no longer keeps up')}
${stepTable(steps)}
${seenTable(steps)}`
}
</main>
<footer><p>Made by table-stress capacity from capacity.json alone. How it is measured, and what it does not prove, is in docs/capacity.md.</p></footer>`,
  );
}

function facts(result: CapacityResult): Html {
  const { isolated, violation, target, started_at, seed } = result;
  const rows: [string, Html | string][] = [
    ['SLO', sloInWords(result)],
    ['What limits it', limitInWords(result)],
    ['What broke first', brokeFirstInWords(result)],
    ['Knee', kneeInWords(result) ?? 'not seen: latency stayed near its floor'],
    [
      'Promises',
      promisesInWords(result) +
        (violation === null ? '' : `; its evidence is in steps/${String(violation.step).padStart(2, '0')}`),
    ],
    ['Load', sliceInWords(result)],
    ['Search', searchInWords(result)],
    ['Left behind', html`${verdictMark(isolated.verdict)} ${isolated.summary}`],
    [
      'Target',
      target.broken === null ? target.description : `${target.description}, broken: ${target.broken}`,
    ],
    ['When', `${formatWallTime(started_at)}, seed ${seed}`],
  ];
  return dataTable('What was asked, and what came out', [{ title: 'What' }, { title: 'Answer' }], rows);
}

function stepTable(steps: readonly CapacityStep[]): Html {
  return dataTable(
    'Steps, in the order in which they were run',
    [
      { title: 'Step', numeric: true },
      { title: 'For' },
      ...['Offered', 'Answered', 'p50', 'p95', 'p99', 'Errors', 'Dropped'].map((title) => ({
        title,
        numeric: true,
      })),
      { title: 'Warm-up left out' },
      { title: 'Result' },
    ],
    steps.map((step) => [
      step.number,
      step.phase,
      perSecond(step.rate),
      perSecond(step.achieved),
      latencyInWords(step.p50),
      latencyInWords(step.p95),
      latencyInWords(step.p99),
      share(step.error_share),
      step.dropped,
      warmUpInWords(step),
      outcomeInWords(step),
    ]),
  );
}

function seenTable(steps: readonly CapacityStep[]): Html {
  const number = (value: number | null, digits = 1): string => value?.toFixed(digits) ?? 'not seen';
  const part = (value: number | null): string => (value === null ? 'not seen' : share(value));
  return dataTable(
    'What was seen meanwhile',
    [
      { title: 'Step', numeric: true },
      ...[
        'Offered',
        'Connections busy',
        'Waiting for locks',
        'CPU of the machine',
        'of it the load generator',
        'Sent late (p95)',
        'Status seen within (p95)',
      ].map((title) => ({ title, numeric: true })),
      { title: 'Limit' },
    ],
    steps.map(({ number: step, rate, observed, status_lag, limit }) => [
      step,
      perSecond(rate),
      observed.connections === null
        ? number(observed.active)
        : `${number(observed.active)} of ${observed.connections}`,
      number(observed.waiting),
      part(observed.machine_cpu),
      part(observed.generator_cpu),
      observed.start_lag_ms === null ? 'not seen' : formatDuration(observed.start_lag_ms),
      status_lag?.p95_ms == null ? 'not seen' : formatDuration(status_lag.p95_ms),
      limit === null ? '' : html`<code>${limit}</code>`,
    ]),
  );
}
