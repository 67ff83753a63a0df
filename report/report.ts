import { rename, writeFile } from 'node:fs/promises';
import type { RunFolder } from '../contracts/run-folder.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { readReportData } from './report-data.ts';

/**
 * Writes report.html, report.md and junit.xml of a run from its folder alone. What a run that ended early lacks is
 * named in the report; only the verdict must be there.
 *
 * @throws UsageError when verdict.json is missing, damaged or of a newer format
 */
export async function writeReports(folder: RunFolder): Promise<void> {
  const data = await readReportData(folder);
  await replaceFile(folder.junit, renderJunit(data));
  await replaceFile(folder.reportMarkdown, renderMarkdown(data));
  // The charting library takes a third of a second to load; commands that write no report should not wait for it.
  const { renderPage } = await import('./html/page.ts');
  await replaceFile(folder.reportHtml, await renderPage(data));
}

/** So that a reader sees the old file or the new one, never half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}
