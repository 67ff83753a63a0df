import { limitingParts, type ScalabilityResult } from '../../contracts/scalability-result.ts';
import { formatCount, formatDuration, formatWallTime } from '../format.ts';
import { renderDocument } from '../html/document.ts';
import { wideFigure } from '../html/figure.ts';
import { type Html, html } from '../html/html.ts';
import { dataTable } from '../html/table.ts';
import { signs, verdictMark } from '../html/verdict-mark.ts';
import { drawProcessors, drawResiduals, drawScalability } from './scalability-charts.ts';
import { estimateInWords, levelRows, number } from './scalability-words.ts';
import { sliceWords } from './slice-words.ts';

/** The result of `scalability` as one file. */
export function renderScalabilityPage(result: ScalabilityResult): Promise<string> {
  const state = result.verdict === 'fail' ? 'fail' : result.exit_code === 0 ? 'pass' : 'unknown';
  const title = { pass: 'Fitted', fail: 'Fail', unknown: 'No law' }[state];
  return renderDocument(
    `Scalability · table-stress ${result.run}`,
    html`<a class="skip" href="#main">Skip to the results</a>
<header class="banner banner-${state}">
<p class="run">table-stress scalability <code>${result.run}</code> · <time datetime="${result.started_at}">${formatWallTime(result.started_at)}</time></p>
<h1><span class="sign" aria-hidden="true">${signs[state]}</span> ${title}</h1>
<p class="headline">${result.headline.charAt(0).toUpperCase()}${result.headline.slice(1)}.</p>
<dl class="facts">${facts(result).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>
<main id="main">
${result.warnings.length > 0 && html`<ul class="warnings">${result.warnings.map((each) => html`<li>${each}</li>`)}</ul>`}
${wideFigure('Throughput over concurrency', drawScalability(result), 'acknowledged assignments per second; each dot is one measurement, dotted lines lie beyond what was measured')}
${fitSection(result)}
${limitSection(result)}
${levelTable(result)}
</main>
<footer><p>Made by table-stress scalability from scalability.json alone. How to read it, and what it does not prove, is in docs/scalability.md.</p></footer>`,
  );
}

function facts(result: ScalabilityResult): [string, string][] {
  const { schedule, target, machine } = result;
  const took = Date.parse(result.ended_at) - Date.parse(result.started_at);
  return [
    ['Target', target.description],
    ['Load', sliceWords(result.slice)],
    [
      'Measured',
      `${schedule.concurrency.join(', ')} processes, ${schedule.repetitions} × ${schedule.duration_s} s each after ${schedule.warm_up_s} s of warm-up`,
    ],
    ['Machine', `${machine.cores} cores, ${machine.platform}; the load generator runs on it, too`],
    ['Promises', result.verdict],
    ['Seed', String(result.seed)],
    ['Took', formatDuration(took)],
    ['Exit code', String(result.exit_code)],
  ];
}

function fitSection(result: ScalabilityResult): Html {
  const { fit, refusals, models } = result;
  const residuals = drawResiduals(result);
  return html`<section aria-labelledby="fit-title"><h2 id="fit-title">The law</h2>
${refusals.length > 0 && html`<p>The data do not support a law:</p><ul>${refusals.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${
  fit &&
  dataTable(
    'Universal Scalability Law, X(N) = λN / (1 + σ(N−1) + κN(N−1)), with 95 % intervals',
    [{ title: 'Parameter' }, { title: 'Value', numeric: true }, { title: 'Meaning' }],
    [
      ['λ', estimateInWords(fit.lambda), 'assignments per second of one process alone'],
      ['σ', estimateInWords(fit.sigma), 'contention: share of the work that waits for its turn'],
      ['κ', estimateInWords(fit.kappa), 'coherence: what each further process costs every other'],
      ...(fit.peak === null
        ? [
            [
              'limit',
              fit.limit === null ? 'none' : number(fit.limit),
              'assignments per second that throughput approaches; it has no peak',
            ],
          ]
        : [
            [
              'peak',
              estimateInWords(fit.peak.concurrency),
              `processes with the highest throughput${fit.peak.extrapolated ? ': an extrapolation, never measured' : ''}`,
            ],
            [
              'at the peak',
              estimateInWords(fit.peak.throughput),
              `assignments per second${fit.peak.extrapolated ? ': an extrapolation, never measured' : ''}`,
            ],
          ]),
      ['R²', fit.goodness.r_squared.toFixed(3), 'share of the variance that the law explains'],
    ],
  )
}
${
  models.length > 0 &&
  dataTable(
    'Models beside each other, by how well they explain the same measurements',
    [
      { title: 'Model' },
      { title: 'Fitted parameters', numeric: true },
      { title: 'Off by, per second', numeric: true },
      { title: 'R²', numeric: true },
      { title: 'AICc', numeric: true },
      { title: '' },
    ],
    models.map((model) => [
      model.about,
      model.fitted,
      number(model.rmse),
      model.r_squared.toFixed(3),
      model.aicc === null ? 'too few data' : model.aicc.toFixed(1),
      model.name === result.best ? 'explains best' : '',
    ]),
  )
}
${residuals && wideFigure('Off the law', residuals, 'mean at each number of processes; a pattern would mean another shape')}
</section>`;
}

function limitSection(result: ScalabilityResult): Html | false {
  if (result.limits.length === 0) return false;
  const processors = drawProcessors(result);
  return html`<section aria-labelledby="limits-title"><h2 id="limits-title">What limits</h2>
${dataTable(
  'Parts, and what was seen of them at the levels where throughput no longer grew',
  [{ title: 'Part' }, { title: 'State' }, { title: 'Evidence' }],
  result.limits.map(({ part, state, evidence }) => [limitingParts[part], state, evidence]),
)}
${processors && wideFigure('Processors', processors, 'share of all cores of this machine, by number of processes')}
</section>`;
}

function levelTable(result: ScalabilityResult): Html {
  const share = (value: number | null): string =>
    value === null ? 'not observed' : `${Math.round(value * 100)} %`;
  return html`<section aria-labelledby="levels-title"><h2 id="levels-title">Levels</h2>
${dataTable(
  'What was measured at each number of processes',
  [
    'Processes',
    'Times',
    'Assignments/s',
    'least to most',
    'Law',
    'Mean of a call',
    'Assignment, 95 %',
    'Conflicts',
    'Waiting for locks',
    'Generator CPU',
    'Database CPU',
    'Machine CPU',
  ]
    .map((name) => ({ title: name, numeric: true }))
    .concat([{ title: 'Promises', numeric: false }]),
  levelRows(result).map((row) => [
    row.concurrency,
    row.left_out > 0 ? `${row.repetitions}, ${row.left_out} left out` : row.repetitions,
    number(row.mean),
    `${number(row.low)} to ${number(row.high)}`,
    row.fitted === null ? '' : number(row.fitted),
    formatDuration(row.response_ms),
    row.assign_p95_ms === null ? '' : formatDuration(row.assign_p95_ms),
    share(row.conflict_share),
    share(row.waiting_share),
    share(row.generator_cpu),
    share(row.database_cpu),
    share(row.machine_cpu),
    verdictMark(row.verdict),
  ]),
)}
<p>${formatCount(result.measurements.length)} measurements; each has a run folder with its history and verdict below <code>levels/</code>.</p>
${
  result.left_out.length > 0 &&
  html`<p>Left out of the law:</p><ul>${result.left_out.map(({ concurrency, repetition, reason }) => html`<li>${concurrency} processes, ${repetition}: ${reason}</li>`)}</ul>`
}
</section>`;
}
