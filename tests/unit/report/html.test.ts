import { describe, expect, it } from 'vitest';
import { escapeMarkup, html, trusted } from '../../../report/html/html.ts';
import { visible } from '../../../report/visible.ts';

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['" onload="x', '&quot; onload=&quot;x'],
    ["it's", 'it&#39;s'],
    ['</style>', '&lt;/style&gt;'],
    ['&lt;', '&amp;lt;'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\u0000\u001b[31m', '\\u0000\\u001b[31m'],
    ['\ud800', '\\ud800'],
    ['é 漢 🍷\n\t', 'é 漢 🍷\n\t'],
  ])('escapes %j', (text, expected) => {
    expect(html`${text}`.text).toBe(expected);
    expect(escapeMarkup(text)).toBe(expected);
  });

  it('keeps markup of its own, joins lists, and drops what is nothing', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
    expect(html`${trusted('<hr>')}`.text).toBe('<hr>');
  });

  it('escapes an object that only looks like markup', () => {
    const forged = { text: '<hr>', toString: () => '<hr>' } as never;
    expect(() => html`${forged}`.text).toThrow();
  });
});

describe('visible', () => {
  it('leaves ordinary text as it is', () => {
    expect(visible('tab\tline\nend – “ok” 🍷')).toBe('tab\tline\nend – “ok” 🍷');
  });
});
