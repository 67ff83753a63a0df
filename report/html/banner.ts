import { clip, formatCount, formatDuration, formatWallTime, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { type Html, type HtmlValue, html } from './html.ts';
import { signs } from './verdict-mark.ts';

/** A title can quote a whole violation; the evidence has it in full. */
const LONGEST = 420;

const words = { pass: 'Pass', fail: 'Fail', unknown: 'No verdict' } as const;

/** The verdict, what to do next, and what it speaks of. */
export function banner({ verdict, manifest }: ReportData): Html {
  const { next, thresholds_crossed: crossed } = verdict;
  return html`<header class="banner banner-${verdict.verdict}">
<p class="run">table-stress run <code>${verdict.run}</code>${manifest && html` · <time datetime="${manifest.started_at}">${formatWallTime(manifest.started_at.slice(0, 19).concat('Z'))}</time>`}</p>
<h1><span class="sign" aria-hidden="true">${signs[verdict.verdict]}</span> ${words[verdict.verdict]}</h1>
<p class="headline">${sentence(clip(verdict.headline, LONGEST))}</p>
${manifest?.failure && html`<p class="stopped">The run stopped in stage <strong>${manifest.failure.stage}</strong>: ${manifest.failure.message}</p>`}
${crossed.length > 0 && html`<div class="crossed"><h2>Thresholds crossed</h2><ul>${crossed.map((each) => html`<li>${each}</li>`)}</ul></div>`}
${next.length > 0 && html`<div class="next"><h2>What to do next</h2><ol>${next.map((each) => html`<li>${action(each)}</li>`)}</ol></div>`}
<dl class="facts">${facts({ verdict, manifest }).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function facts({ verdict, manifest }: Pick<ReportData, 'verdict' | 'manifest'>): [string, HtmlValue][] {
  const { by_class: classes, total } = verdict.operations;
  const outcomes = Object.entries(classes).map(([name, count]) => `${formatCount(count)} ${name}`);
  const calls: [string, HtmlValue] = [
    'Load',
    `${plural(total, 'call')}${outcomes.length > 0 ? `: ${outcomes.join(', ')}` : ''}`,
  ];
  const exit: [string, HtmlValue] = ['Exit code', verdict.exit_code];
  if (!manifest) return [calls, exit];
  const ended = manifest.ended_at === null ? null : Date.parse(manifest.ended_at);
  const took = ended === null ? 'not ended' : formatDuration(ended - Date.parse(manifest.started_at));
  return [
    ['Target', manifest.target.description],
    ...(manifest.broken === null ? [] : [['Built-in defect', manifest.broken] satisfies [string, string]]),
    ['Scenarios', `${manifest.scenarios.join(', ')} (profile ${manifest.profile}, seed ${manifest.seed})`],
    calls,
    ['Took', took],
    exit,
  ];
}

/** A step that ends in a command has it apart, so that it can be copied. */
function action(step: string): HtmlValue {
  const command = /^(.*?: )((?:npm|npx|node) .+)$/s.exec(step);
  return command
    ? html`${sentence(command[1] ?? '')}<code class="command">${command[2]}</code>`
    : sentence(step);
}

/** With a capital letter, unless it begins with a name such as `no-double-booking`. */
function sentence(text: string): string {
  return /^[a-z]+-/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
