import { resultInWords, type ViolationRepro } from '../../contracts/repro.ts';
import type { InvariantResult, Violation, ViolationStep } from '../../contracts/verdict.ts';
import { operationId } from '../../history/operation.ts';
import { drawOperations } from '../charts/operation-timeline.ts';
import { clip, formatClock, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { reproEntries } from '../repro-entries.ts';
import { contradictionOf } from '../statistics/contradiction.ts';
import { callTable } from './call-table.ts';
import { wideFigure } from './figure.ts';
import { type Html, html } from './html.ts';
import type { Section } from './page.ts';

/** Shown of each promise, and of each violation; verdict.json has the rest. They bound the size of the report. */
const MOST = {
  violations: 10,
  /** Characters of markup for the violations of one promise; the first is shown in any case. */
  markup: 50_000,
  drawings: 3,
  steps: 24,
  stepText: 600,
  calls: 24,
  rows: 8,
  rowText: 2000,
};

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
  const shown = withinBudget(
    result.violations
      .slice(0, MOST.violations)
      .map((violation, index) =>
        violationDetails(
          violation,
          `evidence-${result.id}-${index + 1}`,
          index,
          anchors,
          entries.get(violation),
        ),
      ),
  );
  const more = result.violation_count - shown.length;
  return html`<section id="evidence-${result.id}" aria-labelledby="evidence-${result.id}-title" class="broken">
<h3 id="evidence-${result.id}-title"><code>${result.id}</code> is broken</h3>
<p>Promised: ${result.promise}. Found: ${plural(result.violation_count, 'violation')}.</p>
${shown}
${more > 0 && html`<p class="more">${plural(more, 'more violation')} of this promise ${more === 1 ? 'is' : 'are'} counted, not shown.</p>`}
</section>`;
}

function withinBudget(details: readonly Html[]): Html[] {
  let length = 0;
  return details.filter(({ text }, index) => {
    length += text.length;
    return index === 0 || length <= MOST.markup;
  });
}

function violationDetails(
  violation: Violation,
  id: string,
  index: number,
  anchors: Anchors,
  entry: ViolationRepro | undefined,
): Html {
  const calls = violation.operations.slice(0, MOST.calls);
  const numbers = new Map(calls.map((operation, position) => [operationId(operation), position + 1]));
  const { step: breaks, operation } = contradictionOf(violation);
  const breaking = operation === null ? null : (numbers.get(operation) ?? null);
  const drawing = index < MOST.drawings ? drawOperations(calls, anchors, breaking) : null;
  const steps = stepsAround(violation.steps, breaks);
  return html`<details class="violation" id="${id}"${index === 0 && html` open`}><summary>${violation.title}</summary>
<p class="jump"><a href="#${id}-contradiction">Jump to the contradiction</a>${breaking !== null && html`, in <a href="#${id}-call-${breaking}">call ${breaking}</a>`}</p>
<ol class="steps">${steps.map(([number, { at, operation: of, text }]) => {
    const call = of === null ? undefined : numbers.get(of);
    const here = number === breaks;
    return html`<li value="${number + 1}"${here && html` id="${id}-contradiction" class="contradiction" tabindex="-1"`}>${here && html`<strong class="here">Contradiction</strong> `}<span class="at">${at === null ? '' : formatClock(at)}${call !== undefined && html` <a class="call-number" href="#${id}-call-${call}">call ${call}</a>`}</span> <span class="what">${clip(text, MOST.stepText)}</span></li>\n`;
  })}</ol>
${cut(violation.steps.length, MOST.steps, 'step')}
${drawing && wideFigure('When the calls ran', drawing, `A bar is one call, from request to answer; its number is that of the table below. ✓ acknowledged, ✕ refused, ? outcome unknown.${breaking === null ? '' : ` Framed: call ${breaking}, where the promise breaks.`} Stretches without a call (⋯) are cut out.`)}
${calls.length > 0 && callTable(calls, id, breaking)}
${cut(violation.operations.length, MOST.calls, 'call')}
${violation.rows.length > 0 && html`<div class="rows"><h4>Rows it rests on</h4>${violation.rows.slice(0, MOST.rows).map(rowText)}${cut(violation.rows.length, MOST.rows, 'row')}</div>`}
<div class="repro"><h4>Provoke it again</h4><pre tabindex="0"><code>${violation.repro}</code></pre>${entry && reproOutcome(entry)}</div>
</details>
`;
}

/** The first steps, and the contradiction in any case; each with its place. */
function stepsAround(steps: readonly ViolationStep[], breaks: number): [number, ViolationStep][] {
  const numbered = [...steps.entries()];
  const shown = numbered.slice(0, MOST.steps);
  const last = numbered[breaks];
  return last && breaks >= MOST.steps ? [...shown.slice(0, MOST.steps - 1), last] : shown;
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
