import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../report/markdown.ts';
import { codeBlock, codeSpan, escapeMarkdown } from '../../../report/markdown-text.ts';
import { fixtureData, fixtureDiagnosis, result } from './fixture.ts';
import { largeRun } from './large-run.ts';

describe('Markdown text', () => {
  it.each([
    ['a | b', 'a \\| b'],
    ['*bold* _it_ `code` ~~x~~', '\\*bold\\* \\_it\\_ \\`code\\` \\~\\~x\\~\\~'],
    ['[x](http://evil)', '\\[x\\](http:\u2060//evil)'],
    ['<b>&', '&lt;b&gt;&amp;'],
    ['two\nlines', 'two lines'],
    ['@all #1', '@\u2060all #\u20601'],
    ['C:\\x', 'C:\\\\x'],
    ['$x$', '\\$x\\$'],
  ])('escapes %j', (text, expected) => expect(escapeMarkdown(text)).toBe(expected));

  it.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a|b', '`a\\|b`'],
  ])('puts %j into a code span', (text, expected) => expect(codeSpan(text)).toBe(expected));

  it('fences a block by more backticks than it holds', () => {
    expect(codeBlock('a\n```\nb', 'sh')).toBe('````sh\na\n```\nb\n````');
  });
});

describe('renderMarkdown', () => {
  it('is short, whatever the run holds', () => {
    const data = fixtureData();
    const [broken] = data.verdict.invariants;
    if (!broken?.violations[0]) throw new Error('the fixture has a violation');
    const long = 'very long '.repeat(5000);
    const step = { at: 1, operation: null, text: long };
    const violation = { ...broken.violations[0], title: long, steps: new Array(500).fill(step) };
    const invariants = new Array(10).fill({ ...broken, summary: long, violations: [violation] });
    const warnings = new Array(500).fill(long);
    const text = renderMarkdown({
      ...data,
      verdict: { ...data.verdict, headline: long, invariants, warnings },
    });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('and 488 more');
  });

  it('fits into a comment even where every text grows by its escapes, and says that more is elsewhere', () => {
    const long = '&<|'.repeat(2000);
    const { verdict } = largeRun();
    const [finding] = fixtureDiagnosis().findings;
    if (!finding) throw new Error('the fixture has a cause');
    const findings = new Array(20).fill({ ...finding, sentence: long, advice: long });
    const text = renderMarkdown({
      ...fixtureData(),
      diagnosis: { ...fixtureDiagnosis(), findings },
      verdict: {
        ...verdict,
        headline: long,
        invariants: verdict.invariants.map((each) => ({ ...each, summary: long })),
        thresholds_crossed: new Array(40).fill(long),
      },
    });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/^## ❌ Fail/);
    expect(text.trimEnd().endsWith('More is in report.html.')).toBe(true);
  });

  it('keeps data out of the markup', () => {
    const text = renderMarkdown(fixtureData());
    expect(text).not.toMatch(/<script|<img|<\/style/);
    expect(text).not.toContain('@all');
    for (const line of text.split('\n').filter((each) => each.startsWith('| '))) {
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(4);
    }
  });

  it('names the variant of the status in one line, or says that nothing was observed', () => {
    const data = fixtureData();
    expect(renderMarkdown(data)).toMatch(/^\*\*Status matrix:\*\* legacy: /m);
    const skipped = { reason: 'only the API is known', failed: false };
    const none = data.statusMatrix && { ...data.statusMatrix, skipped };
    expect(renderMarkdown({ ...data, statusMatrix: none })).toContain(
      '**Status matrix:** not observed, so not passed: only the API is known',
    );
    expect(renderMarkdown({ ...data, statusMatrix: null })).not.toContain('Status matrix');
  });

  it('reads like this', () => {
    const data = fixtureData();
    const verdict = {
      ...data.verdict,
      verdict: 'pass' as const,
      headline: 'all 2 promises kept',
      thresholds_crossed: [],
      explored: data.verdict.explored && {
        ...data.verdict.explored,
        cases: data.verdict.explored.cases.slice(1),
      },
    };
    const invariants = [result('linked', 'pass'), result('progress', 'pass')];
    const text = renderMarkdown({
      ...data,
      verdict: { ...verdict, invariants, warnings: [] },
      manifest: data.manifest && {
        ...data.manifest,
        target: { kind: 'local', description: 'local', migrations: null },
      },
      statusMatrix: data.statusMatrix && {
        ...data.statusMatrix,
        variant: {
          names: ['correct'],
          alternatives: [],
          clock: 'standing',
          text: 'correct: it follows the rule',
        },
      },
    });
    expect(text).toMatchInlineSnapshot(`
      "## ✅ Pass · table-stress run \`abcdef01\`

      all 2 promises kept

      | Verdict | Promise | Found |
      | --- | --- | --- |
      | ✅ pass | \`linked\` | pass of linked |
      | ✅ pass | \`progress\` | pass of progress |
      | not covered | \`status-rule\` | |

      **Interleavings** of a few calls

      - ✅ pass \`assign-swapped-sets\`: all up to 2 preemptions, 174 schedules

      **Status matrix:** correct: it follows the rule

      **Measured**

      - hot-table: &lt;/style&gt;&lt;/script&gt;&lt;script&gt;alert("1")&lt;/script&gt;&lt;img src=x onerror='alert(2)'&gt;\\\\u2028\\\\u0000\\\\u001b\\]\\]&gt;\\|\\\`@⁠all\\\`

      <sub>52 calls: 34 ok, 18 conflict · seed 1, profile quick · local · functions ffffffffffff · harness cccccccccc with local changes</sub>
      "
    `);
  });
});
