import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import type { CatalogObject } from '../catalog/object.ts';
import { type Mention, unique } from './mentions.ts';

/** Functions that act beyond the transaction and answer with no more than a number: a clone can do without. */
const SILENCED: readonly (readonly [RegExp, string])[] = [
  [/^net\.http_\w+$/, 'requests of the load are not sent'],
  [/^cron\.(schedule\w*|unschedule|alter_job)$/, 'the load plans no jobs'],
  [/^realtime\.(send|broadcast_changes)$/, 'messages of the load are not sent'],
];

/** Whether calls of this function do nothing in the clone; why, for people. */
export function whySilenced({ schema, name }: Mention): string | null {
  return SILENCED.find(([pattern]) => pattern.test(`${schema}.${name}`))?.[1] ?? null;
}

/** The functions that the bodies call, exist, and do nothing in the clone. */
export async function silencedIn(
  sql: postgres.TransactionSql,
  mentions: readonly { object: CatalogObject; mention: Mention }[],
): Promise<{ called: Mention[]; findings: IsolationFinding[] }> {
  const named = unique(mentions.map(({ mention }) => mention)).filter((each) => whySilenced(each) !== null);
  if (named.length === 0) return { called: [], findings: [] };
  const called = await sql<Mention[]>`
    select distinct m.schema, m.name
      from unnest(${named.map(({ schema }) => schema)}::text[], ${named.map(({ name }) => name)}::text[]) m(schema, name)
      join pg_namespace n on n.nspname = m.schema
      join pg_proc p on p.pronamespace = n.oid and p.proname = m.name and p.prokind = 'f'`;
  const findings = new Map<string, IsolationFinding>();
  for (const { object, mention } of mentions) {
    const why = whySilenced(mention);
    if (why === null || !called.some((each) => each.schema === mention.schema && each.name === mention.name))
      continue;
    const text = `${mention.schema}.${mention.name}`;
    const reason = `does nothing in the clone: ${why}`;
    findings.set(`${object.id} ${text}`, { object: object.id, kind: 'note', line: null, text, reason });
  }
  return { called: [...called], findings: [...findings.values()] };
}
