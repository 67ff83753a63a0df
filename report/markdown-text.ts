import { visible } from './visible.ts';

/** One line of Markdown that shows the text as it is: no markup, links, mentions or formulas out of data. */
export function escapeMarkdown(text: string): string {
  return (
    visible(text)
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/[\\`*_[\]{}|~$]/g, (character) => `\\${character}`)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      // A word joiner keeps GitHub from making mentions, issue links and headings of them.
      .replace(/[@#]/g, (character) => `${character}\u2060`)
      .replace(/:\/\//g, ':\u2060//')
  );
}

/** A code span, fenced by more backticks than the text has in a row; a table's bars must be escaped even in it. */
export function codeSpan(text: string): string {
  const line = visible(text).replace(/\s+/g, ' ').trim().replace(/\|/g, '\\|');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A code block, fenced by more backticks than the text has in a row. */
export function codeBlock(text: string, language: string): string {
  const body = visible(text);
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}
