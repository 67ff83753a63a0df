import { readFile } from 'node:fs/promises';
import { type Html, trusted } from './html.ts';

/** In the order in which they apply. */
const sheets = ['colours', 'page', 'banner', 'tables', 'evidence', 'figures', 'lanes', 'print'];

/** The page's style sheets as one. */
export async function readStyle(): Promise<Html> {
  const texts = await Promise.all(
    sheets.map((name) => readFile(new URL(`./style/${name}.css`, import.meta.url), 'utf8')),
  );
  return trusted(texts.join('\n'));
}
