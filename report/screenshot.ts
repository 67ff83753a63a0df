import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RunFolder } from '../contracts/run-folder.ts';
import { findChromium, startChromium } from './chromium.ts';

/**
 * Takes the pictures for the documentation: `node --import tsx report/screenshot.ts RUN_FOLDER OUT.png [SELECTOR]`.
 * Without a selector it is the top of the report, otherwise the first element that matches.
 */
const [root, out, selector] = process.argv.slice(2);
const browser = findChromium();
if (root === undefined || out === undefined || browser === null) {
  process.stderr.write(
    'usage: screenshot.ts RUN_FOLDER OUT.png [SELECTOR], with a Chromium (CHROMIUM_BIN)\n',
  );
  process.exitCode = 2;
} else {
  const chromium = await startChromium(browser);
  try {
    const page = await chromium.newPage({ viewport: { width: 1280, height: 1200 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(path.resolve(new RunFolder(root).reportHtml)).href);
    if (selector === undefined) await page.screenshot({ path: out });
    else await page.locator(selector).first().screenshot({ path: out });
  } finally {
    await chromium.close();
  }
}
