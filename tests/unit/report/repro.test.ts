import { describe, expect, it } from 'vitest';
import { RunFolder } from '../../../contracts/run-folder.ts';
import { renderPage } from '../../../report/html/page.ts';
import { renderMarkdown } from '../../../report/markdown.ts';
import { renderSummary } from '../../../scripts/summary.ts';
import { fixtureData, fixtureRepro, HOSTILE } from './fixture.ts';

const data = { ...fixtureData(), repro: fixtureRepro(fixtureData()) };
const other = { ...data, repro: { ...data.repro, violations: data.repro.violations.slice(0, 1) } };

const folder = new RunFolder('runs/one');

describe('whether a violation was provoked again', () => {
  it('is in the page, beside the evidence, with its script', async () => {
    const page = await renderPage(data);
    expect(page).toContain('<strong>reproduced in try 3</strong>');
    expect(page).toContain('<a href="repro/1-no-double-booking.sql">');
    expect(page.match(/By its calls alone/g)).toHaveLength(2);
    expect(page).not.toContain(HOSTILE);
  });

  it('is in the comment for a pull request', () => {
    const text = renderMarkdown(data);
    expect(text).toContain(
      'Violation 1, by its calls alone: reproduced in try 3, `repro/1-no-double-booking.sql`',
    );
    expect(text).toContain('Violation 2, by its calls alone: not tried: ');
    expect(text).not.toContain('<script>');
  });

  it('is in the summary, the best of each promise', () => {
    const text = renderSummary(data.verdict, { diagnosis: null, repro: data.repro }, folder, false);
    expect(text).toContain(
      '  violation 1, no-double-booking: reproduced in try 3, runs/one/repro/1-no-double-booking.sql\n',
    );
    expect(text).not.toContain('violation 2');
  });

  it('is not claimed of a violation that the file does not know, nor without a file', async () => {
    expect((await renderPage(other)).match(/By its calls alone/g)).toHaveLength(1);
    const renamed = structuredClone(data.repro);
    for (const entry of renamed.violations) entry.title = 'of another verdict';
    for (const repro of [renamed, null]) {
      expect(await renderPage({ ...data, repro })).not.toContain('By its calls alone');
      expect(renderMarkdown({ ...data, repro })).not.toContain('by its calls alone');
      expect(renderSummary(data.verdict, { diagnosis: null, repro }, folder, false)).not.toContain(
        'reproduced',
      );
    }
  });
});
