import type { TeardownResult, UntaggedTable } from '../../contracts/teardown-result.ts';
import { formatCount, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { html } from './html.ts';
import type { Section } from './page.ts';
import { dataTable } from './table.ts';

/** What was removed after the run, and the proof that nothing is left; null when teardown did not run. */
export function teardownSection({ teardown }: ReportData): Section | null {
  if (!teardown) return null;
  const { problems } = teardown;
  return {
    id: 'teardown',
    title: 'After the run',
    body: html`<p>${sentences(teardown).join(' ')}</p>
${problems.length > 0 && html`<ul class="warnings">${problems.map((problem) => html`<li>${problem}</li>`)}</ul>`}
${teardown.left && html`<details><summary>By table</summary>${tables(teardown)}</details>`}`,
  };
}

function sentences(result: TeardownResult): string[] {
  const { performed, deleted, left, untagged_before, untagged_after, isolation } = result;
  const rows = deleted.reduce((sum, table) => sum + table.rows, 0);
  const remaining = left?.reduce((sum, table) => sum + table.rows, 0);
  const changed = untagged_before && untagged_after ? changedTables(untagged_before, untagged_after) : null;
  return [
    performed
      ? `Teardown deleted ${plural(rows, 'row')} of this run.`
      : 'The rows of this run were kept on request.',
    remaining === undefined
      ? 'What is left could not be counted.'
      : `${remaining === 0 ? 'No row' : plural(remaining, 'row')} that carries the run’s tag ${remaining === 1 || remaining === 0 ? 'is' : 'are'} left in ${plural(left?.length ?? 0, 'table')}.`,
    ...(isolation?.removed ? [] : [othersIn(changed)]),
    ...sourceSentences(result),
    ...isolationSentences(result),
  ];
}

function othersIn(changed: readonly string[] | null): string {
  if (changed === null) return 'Whether other rows changed could not be read.';
  return changed.length === 0
    ? 'Rows of others are unchanged.'
    : `Rows of others changed in ${changed.join(', ')}.`;
}

/** The deployed schema, which was to get nothing. */
function sourceSentences({ source }: TeardownResult): string[] {
  if (!source) return [];
  const { schema, tagged, unread } = source;
  const found = tagged
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows }) => `${plural(rows, 'row')} in ${table}`);
  return [
    found.length === 0
      ? `The deployed schema ${schema} holds no row of this run.`
      : `The deployed schema ${schema} holds rows of this run: ${found.join(', ')}.`,
    ...(unread.length === 0 ? [] : [`Not searched: ${unread.join(', ')}.`]),
  ];
}

function isolationSentences({ isolation }: TeardownResult): string[] {
  if (!isolation) return [];
  const { schema, removed, stays, problems } = isolation;
  if (removed) return [`The isolated schema ${schema}, its role and its exposure are gone.`];
  return [
    stays === null
      ? `The isolated schema ${schema} is still there: ${problems.join('; ')}.`
      : `The isolated schema ${schema} stays: ${stays}.`,
  ];
}

function changedTables(before: readonly UntaggedTable[], after: readonly UntaggedTable[]): string[] {
  const earlier = new Map(before.map(({ table, rows, hash }) => [table, `${rows} ${hash}`]));
  return after
    .filter(({ table, rows, hash }) => earlier.get(table) !== `${rows} ${hash}`)
    .map(({ table }) => table);
}

function tables({ deleted, left, untagged_after: others }: TeardownResult) {
  const rowsOf = (list: readonly { table: string; rows: number }[] | null, name: string): string => {
    const found = list?.find(({ table }) => table === name);
    return found ? formatCount(found.rows) : '–';
  };
  return dataTable(
    'Rows by table',
    [
      { title: 'Table' },
      { title: 'Deleted', numeric: true },
      { title: 'Left', numeric: true },
      { title: 'Of others', numeric: true },
    ],
    (left ?? []).map(({ table }) => [
      html`<code>${table}</code>`,
      rowsOf(deleted, table),
      rowsOf(left, table),
      rowsOf(others, table),
    ]),
  );
}
