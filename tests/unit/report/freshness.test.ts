import { describe, expect, it } from 'vitest';
import { hourScale } from '../../../report/charts/time-scale.ts';
import { bracketInWords, freshnessWords, resolutionInWords } from '../../../report/freshness-words.ts';
import { freshnessFigure } from '../../../report/html/freshness-figure.ts';
import { renderPage } from '../../../report/html/page.ts';
import { renderMarkdown } from '../../../report/markdown.ts';
import type { ReportData } from '../../../report/report-data.ts';
import { scenarioTimelines } from '../../../report/statistics/scenario-timeline.ts';
import { steppedLanes } from '../../../report/statistics/stepped-lanes.ts';
import { freshnessRows } from '../../../verify/freshness/rows.ts';
import { fixtureData } from './fixture.ts';
import { dataOf, polled, stepped } from './freshness-fixture.ts';
import { parseXml } from './well-formed.ts';

function figureOf(data: ReportData): string {
  const [timeline] = scenarioTimelines(data.history ?? { operations: [], anchors: new Map() });
  if (!timeline) throw new Error('there are calls');
  return freshnessFigure(timeline, data)?.text ?? '';
}

describe('rows by policy and direction', () => {
  const rows = freshnessRows(dataOf(polled).freshness as never);

  it('are those that were observed, with bounds', () => {
    expect(rows.map(({ policy, direction, boundaries }) => `${policy} ${direction} ${boundaries}`)).toEqual([
      'none free too long 2',
      'none blocked too long 1',
      'on-read free too long 1',
      'on-read blocked too long 1',
      'every free too long 1',
      'every blocked too long 1',
    ]);
    expect(rows.at(-1)).toMatchObject({
      longest: { least_ms: 800, most_ms: 850 },
      stale_reads: 1,
      still_stale: 0,
      not_refreshed: 0,
    });
  });

  it('say what was never refreshed: guests, the end of a window, or nothing ended it', () => {
    expect(rows[0]).toMatchObject({ not_refreshed: 2, still_stale: 0, median: { most_ms: 30_010 } });
    expect(rows[1]).toMatchObject({
      not_refreshed: 1,
      still_stale: 1,
      longest: { least_ms: 5000, most_ms: null },
    });
  });
});

describe('in words', () => {
  it('it says what happens without a refresh, what a refresh gains, and what to deploy', () => {
    const words = freshnessWords(dataOf(polled));
    expect(words?.measured).toMatchInlineSnapshot(`
      [
        "Nothing refreshes a status just because time passes: only a change of a booking or an allocation does.",
        "Without a refresh, 2 of 2 starts of windows left the table available until guests checked in, the window was over or observation ended: for at most 60.1 s.",
        "Without a refresh, 1 of 1 end of a window left the table blocked until something else happened to it or observation ended: for 5 s or longer.",
        "With a refresh just before each read, no read showed a wrong status after a boundary.",
        "A refresh every 1 s left tables blocked for at most 850 ms after their window had ended, and tables available for at most 410 ms after it had begun.",
      ]
    `);
    expect(words?.advice).toMatchInlineSnapshot(
      `"So that tables unblock on time, refresh every 1 s: run this once in the SQL editor."`,
    );
    expect(words?.sql).toContain("'1 seconds'");
  });

  it('a stepped clock gives exact times', () => {
    const data = dataOf(stepped);
    expect(freshnessWords(data)?.measured.at(-1)).toBe(
      'A refresh every 1 s left tables blocked for at most 700 ms after their window had ended, and tables available for at most 700 ms after it had begun.',
    );
    expect(resolutionInWords(data)).toContain('exact');
    expect(resolutionInWords(dataOf(polled))).toContain('± 0.1 ms');
  });

  it('nothing is advised where refreshing did not help', () => {
    const words = freshnessWords(
      dataOf(polled.replace('status t1=available\np2 125000', 'status t1=reserved\np2 125000')),
    );
    expect(words?.sql).toBeNull();
    expect(words?.advice).toContain('did not bring every status up to date');
  });

  it('there are none where nothing was watched', () => {
    expect(freshnessWords(fixtureData())).toBeNull();
    expect(renderMarkdown(fixtureData())).not.toContain('window boundaries');
  });

  it.each([
    [414.2, 420, '414–420 ms'],
    [700, 700, '700 ms'],
    [950, 1040, '950 ms–1.04 s'],
    [0, 178, '0–178 ms'],
    [2523, null, '≥ 2.52 s'],
    [7_200_000, 8_388_000, '2–2.33 h'],
  ])('from %d to %d ms is %s', (least_ms, most_ms, expected) => {
    expect(bracketInWords({ least_ms, most_ms })).toBe(expected);
  });
});

describe.each([
  ['polled', polled, ['a refresh every 1 s', 'no refresh', 'a refresh before each read']],
  ['stepped', stepped, ['a refresh every 1 s', 'no refresh', 'a refresh before each read']],
])('what was %s', (_, script, policies) => {
  const data = dataOf(script);

  it('is shown as words, SQL, a table, and a picture for each policy', () => {
    const text = figureOf(data);
    const figure = parseXml(`<div>${text}</div>`);
    expect(figure.children.length).toBeGreaterThan(0);
    expect(text).toContain('cron.schedule');
    for (const policy of policies) expect(text).toContain(`lane-policy">: ${policy}<`);
    expect(text).toContain('class="stale"');
    expect(text).toContain('class="refreshes"');
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it('is in the comment for a pull request, with the SQL folded away', () => {
    const text = renderMarkdown(data);
    expect(text).toContain('### Status at window boundaries');
    expect(text).toContain('| a refresh every 1 s | blocked too long | 1 |');
    expect(text).toMatch(/<details><summary>SQL to paste<\/summary>\n\n```sql\ncreate extension/);
  });

  it('makes a page', async () => {
    expect(await renderPage(data)).toContain('<!doctype html>');
  });
});

it('a stepped clock is drawn from a whole hour, with hours of a clock below', () => {
  const lanes = steppedLanes(dataOf(stepped).freshness as never);
  expect(lanes?.start).toBe(Date.parse('2026-06-01T11:00:00Z'));
  const { ticks } = hourScale(lanes?.start ?? 0)(lanes?.span ?? 0, 100, 900);
  expect(ticks.map(({ label }) => label)).toEqual(['12:00', '14:00', '16:00', '18:00', '20:00', '22:00']);
  expect(ticks[0]?.x).toBeCloseTo(100 + 800 / 12);
});
