import { formatCount, formatWallTime } from '../format.ts';
import type { ListedRun } from '../run-list.ts';
import { renderDocument } from './document.ts';
import { type Html, html } from './html.ts';
import { dataTable } from './table.ts';
import { signs } from './verdict-mark.ts';

/** One page for all runs of a folder, the newest first, each with a link to its report. */
export function renderIndex(runs: readonly ListedRun[]): Promise<string> {
  return renderDocument(
    'table-stress runs',
    html`<main id="main">
<h1>Runs</h1>
${runs.length === 0 ? html`<p>There is no run yet.</p>` : table(runs)}
</main>`,
  );
}

function table(runs: readonly ListedRun[]): Html {
  return dataTable(
    'Runs, the newest first',
    [
      { title: 'Started' },
      { title: 'Verdict' },
      { title: 'Scenarios' },
      { title: 'Target' },
      { title: 'Calls', numeric: true },
      { title: 'What was found' },
    ],
    runs.map(({ name, manifest, verdict }) => [
      html`<a href="${name}/report.html">${manifest ? formatWallTime(`${manifest.started_at.slice(0, 19)}Z`) : name}</a>`,
      verdict ? html`${signs[verdict.verdict]} ${verdict.verdict}` : 'none',
      manifest ? `${manifest.scenarios.join(', ')} (${manifest.profile})` : 'not known',
      manifest?.target.description ?? 'not known',
      verdict ? formatCount(verdict.operations.total) : '',
      verdict?.headline ?? 'it did not come to a verdict',
    ]),
  );
}
