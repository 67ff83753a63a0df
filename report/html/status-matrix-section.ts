import { tableStatuses } from '../../contracts/status-matrix.ts';
import { groupsOf, type Tally, tallyOf } from '../../status-matrix/tally.ts';
import { plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { type Html, html } from './html.ts';
import type { Section } from './page.ts';
import { dataTable } from './table.ts';
import { signs } from './verdict-mark.ts';

/** The cases of the status matrix by previous status, and the variant that they name; null when it was not tried. */
export function statusMatrixSection({ statusMatrix }: ReportData): Section | null {
  if (!statusMatrix) return null;
  const { skipped, variant, observations, notes } = statusMatrix;
  const observed = observations.filter(({ outcome }) => !outcome.startsWith('not ')).length;
  const body =
    skipped !== null
      ? html`<p>The matrix was not observed: ${skipped.reason}. So it has not passed either.</p>`
      : html`<p><strong>${variant?.text ?? 'Nothing was observed'}</strong>.</p>
<p>${plural(observed, 'call')} of <code>refresh_table_status</code> in a transaction that was rolled back, in each case and after each previous status. A cell counts the calls that agree with the rule.</p>
${notes.length > 0 && html`<ul class="warnings">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${dataTable(
  'Status matrix: calls that agree with the rule, by previous status',
  [{ title: 'Cases' }, ...tableStatuses.map((status) => ({ title: status, numeric: true }))],
  groupsOf(observations).map((group) => [
    group,
    ...tableStatuses.map((previous) => cell(tallyOf(observations, group, previous))),
  ]),
)}`;
  return { id: 'status-matrix', title: 'Status matrix', body };
}

function cell({ agreeing, observed, differs, missing }: Tally): Html {
  if (observed === 0) return html`${missing ?? '–'}`;
  const sign = differs ? signs.fail : signs.pass;
  return html`<span class="mark mark-${differs ? 'fail' : 'pass'}"><span aria-hidden="true">${sign}</span> ${agreeing} of ${observed}</span>`;
}
