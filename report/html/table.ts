import { type Html, type HtmlValue, html } from './html.ts';

export interface Column {
  title: string;
  /** Aligned to the right, with digits of one width. */
  numeric?: boolean;
}

/**
 * A table that scrolls within itself where it is too wide. The first cell of each row is its header.
 *
 * @param caption what the table shows; read out first by screen readers
 */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly HtmlValue[])[],
): Html {
  const kind = (index: number): Html | false => columns[index]?.numeric === true && html` class="number"`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, index) => html`<th scope="col"${kind(index)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => (index === 0 ? html`<th scope="row"${kind(0)}>${cell}</th>` : html`<td${kind(index)}>${cell}</td>`))}</tr>\n`,
  )}</tbody>
</table></div>`;
}
