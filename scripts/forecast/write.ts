import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ForecastResult } from '../../contracts/forecast-result.ts';
import { writeJson } from '../../contracts/json-file.ts';
import { renderForecastMarkdown } from '../../report/capacity/forecast-markdown.ts';
import { renderForecastPage } from '../../report/capacity/forecast-page.ts';

/** Writes forecast.json, .html and .md. */
export async function writeForecast(folder: string, result: ForecastResult): Promise<void> {
  await writeJson(path.join(folder, 'forecast.json'), result);
  await writeFile(path.join(folder, 'forecast.html'), await renderForecastPage(result));
  await writeFile(path.join(folder, 'forecast.md'), renderForecastMarkdown(result));
}
