import type { Operation } from '../../history/operation.ts';
import { answer, request } from '../../verify/explain.ts';
import { clip, formatClock, formatDuration } from '../format.ts';
import { type Html, html } from './html.ts';
import { dataTable } from './table.ts';

/** The calls of a violation, numbered as in its timeline. */
export function callTable(operations: readonly Operation[]): Html {
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
      index + 1,
      operation.process,
      formatClock(operation.t0),
      formatDuration((operation.t1 - operation.t0) / 1e6),
      html`<span class="request">${clip(request(operation), 400)}</span>`,
      clip(answer(operation), 300),
      operation.http === 0 ? '–' : operation.http,
    ]),
  );
}
