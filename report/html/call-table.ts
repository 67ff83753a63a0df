import type { Operation } from '../../history/operation.ts';
import { answer, request } from '../../verify/explain.ts';
import { clip, formatClock, formatDuration } from '../format.ts';
import { type Html, html } from './html.ts';
import { dataTable } from './table.ts';

/**
 * The calls of a violation, numbered as in its timeline.
 *
 * @param id unique in the page: the call numbers of this table get ids that begin with it
 * @param breaking number of the call where the promise breaks; null: none of them
 */
export function callTable(operations: readonly Operation[], id: string, breaking: number | null): Html {
  return dataTable(
    'Calls',
    [
      { title: 'Call', numeric: true },
      { title: 'Process', numeric: true },
      { title: 'Begun', numeric: true },
      { title: 'Took', numeric: true },
      { title: 'Request' },
      { title: 'Answer' },
      { title: 'HTTP', numeric: true },
    ],
    operations.map((operation, index) => [
      html`<span id="${id}-call-${index + 1}">${index + 1}${index + 1 === breaking && html` <strong class="here">contradiction</strong>`}</span>`,
      operation.process,
      formatClock(operation.t0),
      formatDuration((operation.t1 - operation.t0) / 1e6),
      html`<span class="request">${clip(request(operation), 400)}</span>`,
      clip(answer(operation), 300),
      operation.http === 0 ? '–' : operation.http,
    ]),
  );
}
