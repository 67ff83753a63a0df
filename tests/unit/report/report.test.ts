import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import { usualScenarioNames } from '../../../contracts/thresholds.ts';
import { renderPage } from '../../../report/html/page.ts';
import { writeReports } from '../../../report/report.ts';
import type { ReportData } from '../../../report/report-data.ts';
import { call, fixtureData, fixtureDiagnosis, result, writeRunFolder } from './fixture.ts';
import { largeRun } from './large-run.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of cleanups.splice(0)) await remove();
});

async function reportOf(
  data: ReportData,
  change: (folder: RunFolder) => Promise<void> = async () => {},
): Promise<{ folder: RunFolder; page: string }> {
  const { folder, remove } = await writeRunFolder(data);
  cleanups.push(remove);
  await change(folder);
  await writeReports(folder);
  await readFile(folder.reportMarkdown);
  await readFile(folder.junit);
  return { folder, page: await readFile(folder.reportHtml, 'utf8') };
}

const unknown = (data: ReportData): ReportData => ({
  ...data,
  verdict: { ...data.verdict, verdict: 'unknown', exit_code: 3, headline: 'no verdict', invariants: [] },
});

describe('writeReports', () => {
  it('writes a page without a script that may load nothing, whatever the data holds', async () => {
    const { page } = await reportOf(fixtureData());
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(page.match(/<script|<img|<iframe|<object|\son\w+="/g)).toBeNull();
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).not.toMatch(/[\u2028\u2029]/);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)');
    expect(page.match(/(?:href|src)="(?!#|data:,)[^"]*"/g)).toBeNull();
  });

  it('gives every element an id of its own', async () => {
    const { page } = await reportOf(fixtureData());
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/(?:href="#|url\(#)([^")]+)/g)) expect(ids).toContain(target);
  });

  it('names every picture', async () => {
    const { page } = await reportOf(fixtureData());
    const pictures = page.match(/<svg[^>]*>/g) ?? [];
    expect(pictures.length).toBeGreaterThan(5);
    for (const picture of pictures) expect(picture).toMatch(/role="img" aria-label="[^"]{20,}"/);
  });

  it('does not grow with the run', async () => {
    const data = fixtureData();
    const operations = Array.from({ length: 20_000 }, (_, index) => ({
      ...call('hot-table', index % 16, index, index * 5, index * 5 + (index % 97)),
      round: { round: Math.floor(index / 16), slot: 'all', scheduled: 0 },
    }));
    const { page } = await reportOf({ ...data, history: data.history && { ...data.history, operations } });
    expect(page.length).toBeLessThan(200_000);
  });

  it('leads from the promise to the contradiction, and from there to the call', async () => {
    const { page } = await reportOf(fixtureData());
    expect(page).toContain('href="#evidence-no-double-booking-1-contradiction"');
    expect(page).toMatch(
      /<li value="2" id="evidence-no-double-booking-1-contradiction"[^>]*><strong class="here">Contradiction<\/strong> .*yet B was acknowledged too/,
    );
    expect(page).toMatch(
      /<span id="evidence-no-double-booking-1-call-1">1 <strong class="here">contradiction/,
    );
  });

  it('of a standard run, with everything broken, is at most 2 MB and says what it leaves out', async () => {
    const data = fixtureData();
    const page = await renderPage({
      ...data,
      ...largeRun(),
      plan: null,
      diagnosis: fixtureDiagnosis(),
    });
    expect(page.length).toBeLessThan(2_000_000);
    expect(page).toContain('more violations of this promise are counted, not shown');
    expect(page).toContain('in verdict.json');
    expect(page.match(/Heat map of assign<\/strong>/g)?.length).toBe(usualScenarioNames.length);
  });

  it('is the same when written again', async () => {
    const { folder, page } = await reportOf(fixtureData());
    await writeReports(folder);
    expect(await readFile(folder.reportHtml, 'utf8')).toBe(page);
  });
});

describe('partial run folders', () => {
  const complete = fixtureData();

  it.each<[string, ReportData, RegExp]>([
    ['no teardown.json', { ...complete, teardown: null }, /without teardown.json/],
    ['no status-matrix.json', { ...complete, statusMatrix: null }, /Promises/],
    ['no history folder', { ...complete, history: null }, /without the history there are no charts/],
    ['no manifest', { ...complete, manifest: null }, /without the manifest/],
    [
      'an empty history',
      { ...complete, history: complete.history && { ...complete.history, operations: [] } },
      /Promises/,
    ],
    [
      'nothing but a verdict',
      unknown({ ...complete, history: null, manifest: null, teardown: null }),
      /No promise was checked/,
    ],
  ])('%s', async (_, data, expected) => {
    expect((await reportOf(data)).page).toMatch(expected);
  });

  it('a run that stopped before its load', async () => {
    const failure = { stage: 'seed', message: 'permission denied', exit_code: 3 };
    const manifest = complete.manifest && { ...complete.manifest, isolation: null, ended_at: null, failure };
    const { page } = await reportOf(unknown({ ...complete, manifest, history: null, teardown: null }));
    expect(page).toMatch(/stopped in stage <strong>seed<\/strong>: permission denied/);
    expect(page).toContain('No verdict');
  });

  it('damaged files, without naming this machine’s folders', async () => {
    const { folder, page } = await reportOf(complete, async (own) => {
      await writeFile(own.historyOf('hot-table'), 'no json\nno json\n');
      await writeFile(own.manifest, '{');
      await writeFile(own.plan, '[]');
      await writeFile(own.statusMatrix, '{}');
    });
    expect(page).toContain('without status-matrix.json its cases are not shown');
    expect(page).toContain('history/hot-table.ndjson:1');
    expect(page).not.toContain(folder.root);
  });

  it('failures whose calls are on clocks that cannot be compared', async () => {
    const data = fixtureData();
    const [broken] = data.verdict.invariants;
    const operations = ['a', 'b'].map((runner) => ({ ...call('hot-table', 0, 0, 1, 2), runner }));
    for (const violation of broken?.violations ?? []) violation.operations = operations;
    const { page } = await reportOf({ ...data, history: null });
    expect(page).not.toContain('When the calls ran');
    expect(page).toContain('<caption>Calls</caption>');
  });

  it('every verdict of every promise', async () => {
    const invariants = [result('linked', 'pass'), result('progress', 'unknown'), result('isolated', 'fail')];
    const { page } = await reportOf({ ...complete, verdict: { ...complete.verdict, invariants } });
    for (const word of ['pass', 'unknown', 'fail', 'not covered'])
      expect(page).toContain(`</span> ${word}</span>`);
  });

  it('no verdict at all is a mistake of the caller, with what to do', async () => {
    const { folder, remove } = await writeRunFolder(complete);
    cleanups.push(remove);
    const empty = new RunFolder(`${folder.root}/empty`);
    await mkdir(empty.root);
    await expect(writeReports(empty)).rejects.toThrow(UsageError);
    await expect(writeReports(empty)).rejects.toMatchObject({
      fixes: [expect.stringContaining('stress -- verify')],
    });
  });
});
