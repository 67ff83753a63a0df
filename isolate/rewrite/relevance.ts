import type { Renaming } from './renaming.ts';

/**
 * Whether there can be anything to rewrite, or to report, in a text: spares scanning what has not even the letters.
 * Texts with escapes always may concern.
 */
export function mayConcern({ from, wrappers, ambiguous, virtualClock }: Renaming): (text: string) => boolean {
  const words = [longestPart(from)];
  for (const name of wrappers.keys()) words.push(longestPart(name.split('.')[0] ?? name));
  const calls = new Set<string>();
  for (const name of ambiguous ?? []) {
    if (/^[a-z_][a-z0-9_]*$/.test(name)) calls.add(name);
    else words.push(longestPart(name));
  }
  if (virtualClock) words.push('now', 'today', 'tomorrow', 'yesterday', 'current_', 'localtime', 'timestamp');
  if (virtualClock) words.push('timeofday', 'age');
  words.push('execute', '_to_xml', 'dblink', 'cron', 'crosstab', 'connectby', 'ts_stat', 'ts_rewrite');
  const escaped = words.map((word) => word.replace(/[^\w]/g, '\\$&'));
  // Escapes in strings and names, and a string that is continued on the next line, may hide each of these.
  const pattern = new RegExp(`${escaped.join('|')}|\\\\|u&|'\\s*\\n\\s*'`, 'i');
  return (text) => pattern.test(text) || (calls.size > 0 && callsOneOf(text, calls));
}

function callsOneOf(text: string, names: ReadonlySet<string>): boolean {
  for (const [, name = ''] of text.matchAll(/([a-z_]\w*)[^\w]*?\(/gi))
    if (names.has(name.toLowerCase())) return true;
  return false;
}

/** A name without the quotes in it, which are doubled where it is written. */
function longestPart(name: string): string {
  return name.split(/["']/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}
