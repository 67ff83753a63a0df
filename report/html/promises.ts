import type { InvariantResult } from '../../contracts/verdict.ts';
import { clip, formatCount, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { type Html, html } from './html.ts';
import type { Section } from './page.ts';
import { verdictMark } from './verdict-mark.ts';

/** The promises with their verdicts. Explicit roles keep the table a table when narrow screens stack its cells. */
export function promises({ verdict }: ReportData): Section {
  const rows = verdict.invariants.map(row);
  const body = html`<table class="promises" role="table">
<caption>Each promise with its verdict and what it rests on</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Verdict</th><th scope="col" role="columnheader">Promise</th><th scope="col" role="columnheader">Found</th></tr></thead>
<tbody role="rowgroup">${rows}${verdict.not_covered.map(notCovered)}</tbody>
</table>
${rows.length === 0 && html`<p>No promise was checked.</p>`}`;
  return { id: 'promises', title: 'Promises', body };
}

function row({ id, promise, verdict, summary, checked, violation_count: count }: InvariantResult): Html {
  return html`<tr role="row" class="row-${verdict}"><td role="cell">${verdictMark(verdict)}</td><th scope="row" role="rowheader"><code>${id}</code> <span class="promise-text">${promise}</span></th><td role="cell">${clip(summary, 300)} <span class="checked">${formatCount(checked.count)} ${checked.of} checked${count > 0 && html` · <a href="#evidence-${id}">${plural(count, 'violation')}: see the evidence</a>, or <a href="#evidence-${id}-1-contradiction">jump to the contradiction</a>`}</span></td></tr>
`;
}

function notCovered(id: string): Html {
  return html`<tr role="row" class="row-not-covered"><td role="cell">${verdictMark('not covered')}</td><th scope="row" role="rowheader"><code>${id}</code></th><td role="cell">The scenarios of this run do not provoke it.</td></tr>
`;
}
