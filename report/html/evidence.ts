import { resultInWords, type ViolationRepro } from '../../contracts/repro.ts';
import type { InvariantResult, Violation } from '../../contracts/verdict.ts';
import { operationId } from '../../history/operation.ts';
import { drawOperations } from '../charts/operation-timeline.ts';
import { formatClock, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { reproEntries } from '../repro-entries.ts';
import { callTable } from './call-table.ts';
import { wideFigure } from './figure.ts';
import { type Html, html } from './html.ts';
import type { Section } from './page.ts';

/** Shown of each promise, and of each violation; verdict.json has the rest. They bound the size of the report. */
const MOST = { violations: 10, steps: 40, calls: 40, rows: 12, rowText: 4000 };

/** The violations of every broken promise; null when there are none. */
export function evidence({ verdict, history, repro }: ReportData): Section | null {
  const broken = verdict.invariants.filter((result) => result.violations.length > 0);
  if (broken.length === 0) return null;
  const entries = reproEntries(verdict, repro);
  return {
    id: 'evidence',
    title: 'Evidence',
    body: html`${broken.map((result) => promiseEvidence(result, history?.anchors, entries))}`,
  };
}

type Anchors = Parameters<typeof drawOperations>[1];

type Entries = ReturnType<typeof reproEntries>;

function promiseEvidence(result: InvariantResult, anchors: Anchors, entries: Entries): Html {
  const shown = result.violations.slice(0, MOST.violations);
  const more = result.violation_count - shown.length;
  return html`<section id="evidence-${result.id}" aria-labelledby="evidence-${result.id}-title" class="broken">
<h3 id="evidence-${result.id}-title"><code>${result.id}</code> is broken</h3>
<p>Promised: ${result.promise}. Found: ${plural(result.violation_count, 'violation')}.</p>
${shown.map((violation, index) => violationDetails(violation, index, anchors, entries.get(violation)))}
${more > 0 && html`<p class="more">${plural(more, 'more violation')} of this promise ${more === 1 ? 'is' : 'are'} counted, not shown.</p>`}
</section>`;
}

function violationDetails(
  violation: Violation,
  index: number,
  anchors: Anchors,
  entry: ViolationRepro | undefined,
): Html {
  const calls = violation.operations.slice(0, MOST.calls);
  const numbers = new Map(calls.map((operation, position) => [operationId(operation), position + 1]));
  const drawing = index === 0 ? drawOperations(calls, anchors) : null;
  return html`<details class="violation"${index === 0 && html` open`}><summary>${violation.title}</summary>
<ol class="steps">${violation.steps.slice(0, MOST.steps).map(({ at, operation, text }) => {
    const number = operation === null ? undefined : numbers.get(operation);
    return html`<li><span class="at">${at === null ? '' : formatClock(at)}${number !== undefined && html` <span class="call-number">call ${number}</span>`}</span> <span class="what">${text}</span></li>\n`;
  })}</ol>
${cut(violation.steps.length, MOST.steps, 'step')}
${drawing && wideFigure('When the calls ran', drawing, 'A bar is one call, from request to answer; its number is that of the table below. ✓ acknowledged, ✕ refused, ? outcome unknown. Stretches without a call (⋯) are cut out.')}
${calls.length > 0 && callTable(calls)}
${cut(violation.operations.length, MOST.calls, 'call')}
${violation.rows.length > 0 && html`<div class="rows"><h4>Rows it rests on</h4>${violation.rows.slice(0, MOST.rows).map(rowText)}${cut(violation.rows.length, MOST.rows, 'row')}</div>`}
<div class="repro"><h4>Provoke it again</h4><pre tabindex="0"><code>${violation.repro}</code></pre>${entry && reproOutcome(entry)}</div>
</details>
`;
}

/** Whether it was provoked again, a few calls on a fresh copy, and the script that does it. */
function reproOutcome(entry: ViolationRepro): Html {
  const { number, script } = entry;
  return html`<p>By its calls alone, on a fresh copy: <strong>${resultInWords(entry)}</strong>.${script !== null && html` Script: <a href="${script}"><code>${script}</code></a>; <code>npm run stress -- replay RUN_FOLDER --violation ${number}</code> tries it again.`}</p>`;
}

function rowText(row: Record<string, unknown>): Html {
  const text = JSON.stringify(row, null, 2);
  const shown = text.length > MOST.rowText ? `${text.slice(0, MOST.rowText)}\n… cut off` : text;
  return html`<pre tabindex="0"><code>${shown}</code></pre>`;
}

function cut(total: number, most: number, one: string): Html | null {
  return total > most
    ? html`<p class="more">${plural(total - most, `more ${one}`)} in verdict.json.</p>`
    : null;
}
