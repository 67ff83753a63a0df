import type { ReportData } from '../report-data.ts';
import { scenarioTimelines } from '../statistics/scenario-timeline.ts';
import { banner } from './banner.ts';
import { diagnosisSection } from './diagnosis-section.ts';
import { renderDocument } from './document.ts';
import { evidence } from './evidence.ts';
import { exploreSection } from './explore-section.ts';
import { type Html, html } from './html.ts';
import { manifestSection } from './manifest-section.ts';
import { promises } from './promises.ts';
import { scenarioSection } from './scenario-section.ts';
import { statusMatrixSection } from './status-matrix-section.ts';
import { teardownSection } from './teardown-section.ts';
import { warnings } from './warnings.ts';

/** A part of the page with an entry in its table of contents. */
export interface Section {
  id: string;
  title: string;
  body: Html;
}

/** The whole report as one file. */
export async function renderPage(data: ReportData): Promise<string> {
  const sections = sectionsOf(data);
  const { verdict } = data;
  return renderDocument(
    `${verdict.verdict.toUpperCase()} · table-stress run ${verdict.run}`,
    html`<a class="skip" href="#main">Skip to the results</a>
${banner(data)}
<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main">
${sections.map(
  ({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`,
)}</main>
<footer><p>Made by table-stress from the run folder alone. What a pass does not prove is in docs/verdicts.md.</p></footer>`,
  );
}

/** Top down: what was found, what it rests on, how the load went, what was tested. */
function sectionsOf(data: ReportData): Section[] {
  const timelines = data.history ? scenarioTimelines(data.history) : [];
  return [
    promises(data),
    diagnosisSection(data),
    evidence(data),
    warnings(data),
    exploreSection(data),
    statusMatrixSection(data),
    ...timelines.map((timeline) => scenarioSection(timeline, data)),
    teardownSection(data),
    manifestSection(data),
  ].filter((section) => section !== null);
}
