import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CapacityResult } from '../../contracts/capacity-result.ts';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import { renderCapacityMarkdown } from './markdown.ts';

/**
 * Writes capacity.html and capacity.md.
 *
 * @returns path of the page
 * @throws UsageError when the folder cannot be written
 */
export async function writeCapacityReports(folder: string, result: CapacityResult): Promise<string> {
  const page = path.join(folder, 'capacity.html');
  // The charting library takes a third of a second to load; commands that draw nothing should not wait for it.
  const { renderCapacityPage } = await import('./page.ts');
  try {
    await writeFile(page, await renderCapacityPage(result));
    await writeFile(path.join(folder, 'capacity.md'), renderCapacityMarkdown(result));
  } catch (error) {
    throw new UsageError(`${folder}: the reports cannot be written (${messageOf(error)})`, [
      'make the folder writable, or copy it',
    ]);
  }
  return page;
}
