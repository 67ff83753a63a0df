import { describeClaim } from '../../contracts/explore-claim.ts';
import type { CaseResult, ExploreFinding, ExploreResult } from '../../contracts/explore-result.ts';
import { plural } from '../format.ts';
import { renderDocument } from '../html/document.ts';
import { type Html, html } from '../html/html.ts';
import { dataTable } from '../html/table.ts';
import { verdictMark } from '../html/verdict-mark.ts';

/** The result of `explore` as one file. */
export function renderExplorePage(result: ExploreResult): Promise<string> {
  const broken = result.cases.filter(({ findings }) => findings.length > 0);
  return renderDocument(
    `${result.verdict.toUpperCase()} · table-stress explore ${result.run}`,
    html`<main id="main">
<h1>Interleavings: ${verdictMark(result.verdict)}</h1>
${exploreSummary(result)}
${broken.map((each) => caseEvidence(each))}
${instrumentation(result)}
</main>
<footer><p>Made by table-stress explore from explore.json alone. What each claim means is in docs/explore.md.</p></footer>`,
  );
}

/** The cases with their claims; also a part of a run's report. */
export function exploreSummary(result: ExploreResult): Html {
  const schedules = result.cases.reduce((sum, each) => sum + each.schedules, 0);
  const seconds = result.ms / 1000;
  return html`<p>${plural(result.cases.length, 'case')} of two or three calls, run on the real database under a scheduler that decides who takes the next statement: ${plural(schedules, 'schedule')} in ${seconds.toFixed(1)} s.</p>
${dataTable(
  'Cases, and what holds of their schedules',
  [
    { title: 'Case' },
    { title: 'Verdict' },
    { title: 'What holds' },
    { title: 'Schedules', numeric: true },
    { title: 'Outcomes', numeric: true },
    { title: 'ms each', numeric: true },
  ],
  result.cases.map((each) => [
    html`<code>${each.name}</code>`,
    verdictMark(each.verdict),
    html`${describeClaim(each)}${each.notes.map((note) => html`<br><small>${note}</small>`)}`,
    each.schedules,
    each.outcomes,
    (each.ms / Math.max(1, each.schedules)).toFixed(1),
  ]),
)}
${result.notes.length > 0 && html`<ul class="warnings">${result.notes.map((note) => html`<li>${note}</li>`)}</ul>`}`;
}

/** What a case broke, each with its schedule. @param heading its level, below that of what it stands in */
export function caseEvidence(each: CaseResult, heading: 'h2' | 'h3' = 'h2'): Html {
  const title = html`<code>${each.name}</code>`;
  const id = `case-${each.name}-title`;
  return html`<section class="broken" id="case-${each.name}" aria-labelledby="${id}">
${heading === 'h2' ? html`<h2 id="${id}">${title}</h2>` : html`<h3 id="${id}">${title}</h3>`}
<p>${each.about}</p>
${each.findings.map((finding) => findingDetails(each, finding))}
</section>`;
}

function findingDetails(each: CaseResult, finding: ExploreFinding): Html {
  const sessions = Array.from({ length: each.sessions }, (_, session) => session);
  return html`<details class="violation" open><summary><code>${finding.promise}</code>: ${finding.title}</summary>
<p>Found in schedule ${finding.at_schedule}, after ${(finding.after_ms / 1000).toFixed(1)} s; the shortest schedule that shows it has ${plural(finding.preemptions, 'preemption')}.</p>
${finding.reasons.length > 0 && html`<ol class="steps">${finding.reasons.map((reason) => html`<li><span class="what">${reason}</span></li>`)}</ol>`}
${dataTable(
  'The schedule: one row for each step, one column for each session',
  [
    { title: 'Step', numeric: true },
    ...sessions.map((session) => ({ title: `Session ${session + 1}: ${finding.calls[session] ?? ''}` })),
  ],
  finding.steps.map((step, index) => [
    index + 1,
    ...sessions.map((session) => (session === step.session ? stepCell(step) : '')),
  ]),
)}
<div class="repro"><h4>Run exactly this again</h4><pre tabindex="0"><code>${finding.command ?? `npm run stress -- explore --replay ${finding.replay}`}</code></pre><p>The rows and calls as SQL: <code>${finding.repro}</code></p></div>
</details>`;
}

function stepCell({
  place,
  statement,
  rows,
  waited,
  preempts,
  answer,
}: ExploreFinding['steps'][number]): Html {
  return html`${preempts && html`<strong>interrupts</strong><br>`}<code>${statement}</code>${place !== null && html`<br><small>${place}</small>`}${rows !== '' && html`<br><small>${rows}</small>`}${waited !== null && html`<br><strong>${waited}</strong>`}${answer !== null && html`<br><strong>ends: ${answer}</strong>`}`;
}

function instrumentation({ points, uninstrumented }: ExploreResult): Html {
  return html`<section aria-labelledby="points-title"><h2 id="points-title">What a step is</h2>
<p>${plural(points, 'statement')} of the functions read, write or lock, and let others go first. ${uninstrumented.length === 0 ? 'Nothing was left out.' : 'No steps of their own are:'}</p>
${uninstrumented.length > 0 && html`<ul>${uninstrumented.map(({ object, line, reason }) => html`<li><code>${object}</code>${line !== null && html`, line ${line}`}: ${reason}</li>`)}</ul>`}
</section>`;
}
