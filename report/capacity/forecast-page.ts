import { shown } from '../../capacity/forecast/words.ts';
import type { ForecastResult } from '../../contracts/forecast-result.ts';
import { formatCount, formatWallTime } from '../format.ts';
import { renderDocument } from '../html/document.ts';
import { smallFigure, wideFigure } from '../html/figure.ts';
import { type Html, html } from '../html/html.ts';
import { dataTable } from '../html/table.ts';
import { signs } from '../html/verdict-mark.ts';
import { drawHeadroom, drawPeaks } from './forecast-charts.ts';
import { factorInWords, rangeInWords, runsOutInWords } from './forecast-words.ts';

const states = { enough: 'pass', 'not enough': 'fail', unknown: 'unknown' } as const;
const titles = { enough: 'Enough', 'not enough': 'Not enough', unknown: 'Unknown' } as const;

/** The result of `forecast` as one file. */
export function renderForecastPage(result: ForecastResult): Promise<string> {
  const state = states[result.verdict];
  const { headline, advice } = result;
  return renderDocument(
    `Forecast ${result.profile.name} · table-stress`,
    html`<a class="skip" href="#main">Skip to the results</a>
<header class="banner banner-${state}">
<p class="run">table-stress forecast <code>${result.profile.name}</code> · <time datetime="${result.made_at}">${formatWallTime(`${result.made_at.slice(0, 19)}Z`)}</time></p>
<h1><span class="sign" aria-hidden="true">${signs[state]}</span> ${titles[result.verdict]}</h1>
<p class="headline">${headline.charAt(0).toUpperCase()}${headline.slice(1)}.</p>
${advice.length > 0 && html`<div class="next"><h2>What to do next</h2><ol>${advice.map((each) => html`<li>${each}</li>`)}</ol></div>`}
<dl class="facts">${facts(result).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>
<main id="main">
${wideFigure('Headroom', drawHeadroom(result), 'capacity against what the scenario that decides asks for; dashed: a projection, nothing of it was measured')}
${result.extrapolations.length > 0 && html`<ul class="warnings">${result.extrapolations.map((each) => html`<li>Extrapolated: ${each}</li>`)}</ul>`}
${scenarioSection(result)}
${gainSection(result)}
${assumptions(result)}
</main>
<footer><p>Made by table-stress forecast from forecast.json alone. Method and limits are in docs/forecast.md.</p></footer>`,
  );
}

function facts(result: ForecastResult): [string, string][] {
  const { profile, capacity, percentile, basis } = result;
  const { sustainable, source } = capacity;
  return [
    ['Launch', profile.launch_date],
    [
      'Capacity',
      sustainable === null
        ? `not known, ${source}`
        : `${rangeInWords(sustainable)} assignments per second, ${source}`,
    ],
    ['Runs out', runsOutInWords(result)],
    ['Planned for', `the busiest ${basis} of ${percent(percentile)} of the days`],
    ['Simulated', `${formatCount(result.rounds)} days of each scenario, seed ${result.seed}`],
    ['Exit code', String(result.exit_code)],
  ];
}

function scenarioSection(result: ForecastResult): Html {
  const { scenarios, basis, deciding } = result;
  return html`<section aria-labelledby="scenarios-title"><h2 id="scenarios-title">Scenarios</h2>
${dataTable(
  `Assignments per second, over simulated days; required is the busiest ${basis} of ${percent(result.percentile)} of them`,
  [
    { title: 'Scenario' },
    ...['Bookings a day', 'Busiest at', 'Busiest minute', 'Busiest second', 'Required', 'Headroom'].map(
      (title) => ({ title, numeric: true }),
    ),
    { title: 'Verdict' },
  ],
  scenarios.map((each) => [
    html`${each.name}${each.name === deciding && html` <small>decides</small>`}${each.about && html`<br><small>${each.about}</small>`}`,
    formatCount(Math.round(each.bookings)),
    each.busiest_at,
    shown(each.peak_minute.required.value),
    shown(each.peak_second.required.value),
    rangeInWords(each.required),
    each.headroom === null ? 'unknown' : factorInWords(each.headroom),
    each.verdict,
  ]),
)}
<div class="figures">${scenarios.map((each, index) =>
    smallFigure(
      `${each.name}: busiest second of a day`,
      drawPeaks(`peaks-${index}`, each, 'second'),
      'simulated days by assignments per second; the days beyond what is planned for have another colour',
    ),
  )}</div>
</section>`;
}

function gainSection({ gains }: ForecastResult): Html | false {
  if (gains.length === 0) return false;
  return html`<section aria-labelledby="gains-title"><h2 id="gains-title">Measured changes</h2>
${dataTable(
  'Capacities in which something was changed, the largest gain first',
  [
    { title: 'Change' },
    { title: 'Rate', numeric: true },
    { title: 'By the base', numeric: true },
    { title: 'Found' },
    { title: 'Runs out (extrapolated)' },
    { title: 'Note' },
  ],
  gains.map(({ label, rate, gain, state, changed, runs_out, note }) => [
    html`${label}${changed.length > 0 && html`<br><small>${changed.join(', ')}</small>`}`,
    rate === null ? 'unknown' : rangeInWords(rate),
    gain === null ? 'unknown' : factorInWords(gain),
    state,
    rate === null ? 'unknown' : (runs_out ?? 'not within the horizon'),
    note ?? '',
  ]),
)}
</section>`;
}

function assumptions({ profile }: ForecastResult): Html {
  const { last_minute, conflicts, variation, growth } = profile;
  return html`<section aria-labelledby="profile-title"><h2 id="profile-title">What was assumed</h2>
${profile.about && html`<p>${profile.about}</p>`}
${dataTable(
  'The launch profile',
  [{ title: 'What' }, { title: 'Value' }],
  [
    ['Restaurants', formatCount(profile.restaurants)],
    ['Bookings of a restaurant and service', shown(profile.bookings_per_service)],
    [
      'Services',
      profile.services
        .map(
          ({ name, starts_at, booked_within_hours }) =>
            `${name} at ${starts_at}, booked within ${booked_within_hours} h`,
        )
        .join('; '),
    ],
    ['Last minute', `${percent(last_minute.share)} in the last ${last_minute.minutes} min`],
    ['Assignments of a booking', shown(profile.assignments_per_booking)],
    ['Conflicts', `${percent(conflicts.share)}, ${shown(conflicts.retries)} further calls each`],
    [
      'Variation',
      `${percent(variation.day)} between days, ${percent(variation.minute)} between minutes, beyond chance`,
    ],
    ['Growth', `${percent(growth.per_month)} ± ${percent(growth.spread)} each month`],
  ],
)}
</section>`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}
