import { formatCount, formatWallTime } from '../format.ts';
import type { ListedRun } from '../run-list.ts';
import { type Html, html } from './html.ts';
import { readStyle } from './style.ts';
import { dataTable } from './table.ts';
import { signs } from './verdict-mark.ts';

/** One page for all runs of a folder, the newest first, each with a link to its report. */
export async function renderIndex(runs: readonly ListedRun[]): Promise<string> {
  const style = await readStyle();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>table-stress runs</title>
<style>${style}</style>
</head>
<body>
<main id="main">
<h1>Runs</h1>
${runs.length === 0 ? html`<p>There is no run yet.</p>` : table(runs)}
</main>
</body>
</html>
`;
  return page.text;
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
