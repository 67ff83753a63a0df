import { writeFile } from 'node:fs/promises';
import type { RunFolder } from '../contracts/run-folder.ts';

export async function writeReports(folder: RunFolder): Promise<void> {
  await writeFile(folder.reportHtml, '');
}
