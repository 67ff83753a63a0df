import { describe, expect, it } from 'vitest';
import { interpret } from '../../../capacity/result.ts';
import { renderCapacityMarkdown } from '../../../report/capacity/markdown.ts';
import { renderCapacityPage } from '../../../report/capacity/page.ts';
import { renderCapacity } from '../../../scripts/capacity/render.ts';
import { brokenStep, factsOf, foundSteps, stepOf } from './step.ts';

const found = interpret(factsOf(foundSteps));
const nothing = interpret(factsOf([], { ended: 'failed', failed: 3 }));
const violated = interpret(
  factsOf([stepOf(10), stepOf(20, { correctness: 'fail', holds: false })], {
    ended: 'violation',
    violation: { step: 2, rate: 20, promise: 'linked', title: '<b>"rows" differ</b>' },
  }),
);

describe('the page', () => {
  it('stands alone: no script, nothing loaded, colours of the page alone', async () => {
    const page = await renderCapacityPage(found);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link rel="stylesheet"|https?:\/\/(?!www\.w3\.org)|src=/);
    expect(page).toContain('prefers-color-scheme: dark');
    const drawings = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(drawings).toHaveLength(2);
    for (const drawing of drawings) {
      expect(drawing).toMatch(/role="img" aria-label="[^"]{20,}/);
      // Black that is drawn in the legend is hidden by what lies on it.
      expect(drawing).not.toMatch(/stroke="#/);
    }
  });

  it('has the answer, the SLO line, the steps, the warm-up and what limits', async () => {
    const page = await renderCapacityPage(found);
    for (const text of [
      '40/s (interval 40/s to 43.6/s; held in 3 of 3 runs)',
      'p95 at most 300 ms from the intended start',
      'SLO p95',
      'not measured',
      'Warm-up left out',
      'calls wait for locks',
      'breaks: p95 is 900 ms, above 300 ms',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('is there without a step, and escapes what it shows', async () => {
    expect(await renderCapacityPage(nothing)).toContain('no rate was seen to hold');
    const page = await renderCapacityPage(violated);
    expect(page).not.toContain('<b>"rows"');
    expect(page).toContain('&lt;b&gt;&quot;rows&quot; differ');
  });

  it('is the same for the same result', async () => {
    expect(await renderCapacityPage(found)).toBe(await renderCapacityPage(found));
  });
});

it('Markdown has a row for each step, and no markup out of data', () => {
  const text = renderCapacityMarkdown(found);
  expect(text.split('\n').filter((line) => /^\| \d+ \|/.test(line))).toHaveLength(foundSteps.length);
  for (const line of text.split('\n').filter((each) => /^\| \d+ \|/.test(each)))
    expect(line.match(/(?<!\\)\|/g)).toHaveLength(11);
  expect(renderCapacityMarkdown(violated)).not.toContain('<b>');
});

it('the terminal has the answer on one screen', () => {
  const text = renderCapacity(found, 'runs/x-capacity', false);
  expect(text).toMatchInlineSnapshot(`
    "
    CAPACITY  40 assignments per second within the SLO (p95 at most 300 ms), interval 40/s to 43.6/s; then p95 is 900 ms, above 300 ms

      carries      40/s (interval 40/s to 43.6/s; held in 3 of 3 runs)
      SLO          p95 at most 300 ms from the intended start, errors at most 1 %, 95 % of the statuses right within 1000 ms of the answer, no arrival dropped
      limit        calls wait for locks: 10.0 of 10 connections were busy on average, 9.0 of them waiting, mostly for advisory (ExclusiveLock) (at 43.6/s)
      knee         40.35/s, where the 95th percentile passes 2 times its floor of 40.0 ms
      load         8 restaurants of 24 tables, all as popular; 10 % merged; 5 % conflicting; 5 % for now, with their status read
      steps        7
            10/s  p95 40.0 ms    holds
            20/s  p95 40.0 ms    holds
            40/s  p95 65.0 ms    holds
          43.6/s  p95 500 ms     breaks: p95 is 900 ms, above 300 ms
            80/s  p95 900 ms     breaks: p95 is 900 ms, above 300 ms
      left behind  pass: no row of the run left in 18 tables
      report: runs/x-capacity/capacity.html
    "
  `);
  expect(renderCapacity(violated, 'runs/x-capacity', false)).toMatch(
    /read the evidence: .*steps\/02\/report\.html/,
  );
});

it('the terminal shows the checks of other rates', () => {
  const checked = interpret(
    factsOf([...foundSteps, stepOf(36, { phase: 'check' }), brokenStep(48, { phase: 'check' })]),
  );
  const text = renderCapacity(checked, 'runs/x-capacity', false);
  expect(text).toContain('at 36/s the SLO holds');
  expect(text).toContain('at 48/s the SLO breaks');
});
