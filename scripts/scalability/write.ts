import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeJson } from '../../contracts/json-file.ts';
import type { ScalabilityResult } from '../../contracts/scalability-result.ts';
import { renderScalabilityMarkdown } from '../../report/capacity/scalability-markdown.ts';
import { renderScalabilityPage } from '../../report/capacity/scalability-page.ts';

/** Writes scalability.json, .html and .md. */
export async function writeScalability(folder: string, result: ScalabilityResult): Promise<void> {
  await writeJson(path.join(folder, 'scalability.json'), result);
  await writeFile(path.join(folder, 'scalability.html'), await renderScalabilityPage(result));
  await writeFile(path.join(folder, 'scalability.md'), renderScalabilityMarkdown(result));
}
