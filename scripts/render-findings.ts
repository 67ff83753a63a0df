import type { Isolation } from '../contracts/manifest.ts';

/** What the clone consists of and what a person should know of it, for people. */
export function renderFindings(isolation: Isolation): string {
  const objects = Object.entries(isolation.objects).map(([kind, count]) => `${count} ${kind}`);
  const lines = [
    `schema ${isolation.schema}: ${isolation.made === 'before' ? 'was there already' : 'made'}, a proven clone of ${isolation.source}, owned by ${isolation.role}`,
    ...(objects.length > 0 ? [`objects: ${objects.join(', ')}`] : []),
    `functions: ${isolation.functions.length}, fingerprint ${isolation.fingerprint.slice(0, 12)}`,
    ...isolation.findings.map(
      ({ kind, object, line, text, reason }) =>
        `${kind === 'leftover' ? 'allowed' : 'note'}: ${object}${line === null ? '' : `, line ${line}`}: ${reason}${reason.includes(text) ? '' : ` (${text})`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
