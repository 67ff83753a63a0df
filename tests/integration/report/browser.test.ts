import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startChromium } from '../../../report/chromium.ts';
import { renderPage } from '../../../report/html/page.ts';
import { writeReports } from '../../../report/report.ts';
import { fixtureData, fixtureDiagnosis, writeRunFolder } from '../../unit/report/fixture.ts';
import { dataOf, polled, stepped } from '../../unit/report/freshness-fixture.ts';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no Chromium found, set CHROMIUM_BIN or install chromium)';

describe.skipIf(!executable)(`report.html in a browser${reason}`, () => {
  let browser: Browser;
  let url = '';
  let junit = '';
  let remove = async (): Promise<void> => {};

  beforeAll(async () => {
    const fixture = await writeRunFolder({ ...fixtureData(), diagnosis: fixtureDiagnosis() });
    remove = fixture.remove;
    await writeReports(fixture.folder);
    url = pathToFileURL(fixture.folder.reportHtml).href;
    junit = pathToFileURL(fixture.folder.junit).href;
    browser = await startChromium(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await remove();
  });

  /** Opens the report, hands it over, and expects that it was quiet. */
  async function open(
    options: { width: number; dark?: boolean; of?: string },
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await browser.newPage({
      viewport: { width: options.width, height: 800 },
      colorScheme: options.dark === true ? 'dark' : 'light',
    });
    const noise: string[] = [];
    page.on('console', (message) => noise.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => noise.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== (options.of ?? url) && !request.url().startsWith('data:'))
        noise.push(`request: ${request.url()}`);
    });
    try {
      await page.goto(options.of ?? url);
      await look(page);
      expect(noise).toEqual([]);
    } finally {
      await page.close();
    }
  }

  it.each([390, 768, 1280])('is quiet and does not scroll sideways at %d px, all unfolded', async (width) => {
    await open({ width }, async (page) => {
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      const [scroll, client] = (await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )) as [number, number];
      expect(scroll).toBeLessThanOrEqual(client);
    });
  });

  it.each([false, true])(
    'has enough contrast for its texts and those of its charts (dark: %s)',
    async (dark) => {
      await open({ width: 1280, dark }, async (page) => {
        const weak = (await page.evaluate(lowContrast)) as string[];
        expect(weak).toEqual([]);
      });
    },
  );

  it.each([
    [1280, false],
    [1280, true],
    [390, false],
  ])('has no serious finding of axe at %d px (dark: %s), all unfolded', async (width, dark) => {
    await open({ width, dark }, async (page) => {
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      expect(await axeFindings(page)).toEqual([]);
    });
  });

  it('would have one for a link without a name', async () => {
    await open({ width: 1280 }, async (page) => {
      await page.evaluate('document.querySelector("main").innerHTML = "<a href=\\"#main\\"></a>"');
      expect((await axeFindings(page)).join()).toMatch(/link-name/);
    });
  });

  it('is dark where the reader wants it, and light on paper', async () => {
    const brightness = 'getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]';
    await open({ width: 1280, dark: true }, async (page) => {
      expect(await page.evaluate(brightness)).toBeLessThan(40);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate(brightness)).toBeGreaterThan(240);
    });
  });

  it('unfolds on paper and fits it', async () => {
    await open({ width: 720 }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(720);
      expect(await page.locator('details.violation:not([open]) .steps').first().isVisible()).toBe(true);
      const cutOff = await page.evaluate(
        '[...document.querySelectorAll("svg")].filter((each) => each.getBoundingClientRect().right > 720).length',
      );
      expect(cutOff).toBe(0);
    });
  });

  it('shows hostile data as text', async () => {
    await open({ width: 1280 }, async (page) => {
      expect(await page.locator('script, img, iframe').count()).toBe(0);
      expect(await page.locator('.headline').textContent()).toContain('<script>alert("1")</script>');
    });
  });

  it('can be read by its landmarks, headings and tables', async () => {
    await open({ width: 1280 }, async (page) => {
      for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const) {
        expect(await page.getByRole(role).count(), role).toBe(1);
      }
      const levels = (await page.evaluate(
        '[...document.querySelectorAll("h1, h2, h3, h4")].map((each) => Number(each.tagName[1]))',
      )) as number[];
      expect(levels[0]).toBe(1);
      levels.forEach((level, index) => {
        if (index > 0) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
      });
      const noScope = await page.locator('th:not([scope])').count();
      expect(noScope).toBe(0);
    });
  });

  it('is used with the keyboard alone', async () => {
    await open({ width: 390 }, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the results');
      const second = page.locator('details.violation').nth(1);
      await second.locator('summary').focus();
      await page.keyboard.press('Enter');
      expect(await second.getAttribute('open')).not.toBeNull();
    });
  });

  it('is gone through with Tab in the order of the page, and shows where one is', async () => {
    await open({ width: 1280 }, async (page) => {
      const count = (await page.evaluate(
        'document.querySelectorAll("a[href], summary, [tabindex=\\"0\\"]").length',
      )) as number;
      let last = Number.NEGATIVE_INFINITY;
      let stops = 0;
      for (; stops < count; stops += 1) {
        await page.keyboard.press('Tab');
        const focused = (await page.evaluate(whereFocusIs)) as { place: number; outline: number } | null;
        // What is folded away has no stop of its own.
        if (focused === null) break;
        expect(focused.outline).toBeGreaterThanOrEqual(2);
        expect(focused.place).toBeGreaterThan(last);
        last = focused.place;
      }
      expect(stops).toBeGreaterThan(20);
    });
  });

  it('jumps from the promises to the contradiction, into a violation that is folded away, too', async () => {
    await open({ width: 390 }, async (page) => {
      await page.getByRole('link', { name: 'jump to the contradiction' }).first().click();
      expect(await page.locator('li.contradiction:target').textContent()).toContain('yet B was acknowledged');
      await page.locator('li.contradiction:target').waitFor({ state: 'visible' });
      const first = page.locator('details.violation').first();
      await first.locator('summary').click();
      await page.goto(`${url}#evidence-no-double-booking-2-contradiction`);
      await page.locator('li.contradiction:target').waitFor({ state: 'visible' });
    });
  });

  it.each([
    ['polls', polled],
    ['a stepped clock', stepped],
  ])('shows boundaries from %s: nothing scrolls sideways, and all can be read', async (_, script) => {
    const data = dataOf(script);
    const fixture = await writeRunFolder(data);
    try {
      await writeFile(fixture.folder.reportHtml, await renderPage(data));
      const of = pathToFileURL(fixture.folder.reportHtml).href;
      for (const dark of [false, true]) {
        await open({ width: 390, dark, of }, async (page) => {
          expect(await page.getByRole('heading', { name: 'Status at window boundaries' }).count()).toBe(1);
          const [scroll, client] = (await page.evaluate(
            '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
          )) as [number, number];
          expect(scroll).toBeLessThanOrEqual(client);
          expect(await page.evaluate(lowContrast)).toEqual([]);
        });
      }
    } finally {
      await fixture.remove();
    }
  });

  it('comes with a junit.xml that a browser takes for XML', async () => {
    const page = await browser.newPage();
    await page.goto(junit);
    expect(await page.locator('parsererror').count()).toBe(0);
    expect(await page.evaluate('document.contentType')).toMatch(/xml/);
    await page.close();
  });
});

/** What axe finds that is serious or worse (WCAG 2.2 A and AA, and its best practices), one line each. */
async function axeFindings(page: Page): Promise<string[]> {
  // The page forbids scripts; the debugger's are none of the page.
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`)) as string[];
}

/** Place among all elements, and the width of the outline; null: nothing of the page has the focus. */
const whereFocusIs = `(() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const outline = getComputedStyle(focused);
  return {
    place: [...document.querySelectorAll('*')].indexOf(focused),
    outline: outline.outlineStyle === 'none' ? 0 : parseFloat(outline.outlineWidth),
  };
})()`;

/** Texts below the ratio of 4.5 that WCAG asks for (2.2, criterion 1.4.3); on charts against the page. */
const lowContrast = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgroundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const [r, g, b, a = 1] = channels(style.backgroundColor);
      if (a > 0) return [r, g, b];
      const panel = style.backgroundImage.match(/rgb[^)]*\\)/);
      if (panel) return channels(panel[0]);
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const element of document.querySelectorAll('p, li, td, th, dt, dd, a, code, strong, span, summary, caption, h1, h2, h3, h4, svg text')) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (text.length === 0 || element.classList.contains('status-name')) continue;
    const style = getComputedStyle(element);
    const colour = channels(element instanceof SVGElement ? style.fill : style.color);
    const [high, low] = [luminance(colour), luminance(backgroundOf(element))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) weak.push(element.tagName + ' ' + element.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return weak;
})()`;
