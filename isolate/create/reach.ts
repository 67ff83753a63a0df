import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import { identifier, namesOnPath } from '../../sql/quoting.ts';
import type { Catalog } from '../catalog/read.ts';
import { unreachableTables, viewsOfClosedTables } from './closed-tables.ts';
import { mentionsIn, unique } from './mentions.ts';
import { harmfulOutside } from './outside.ts';
import { usesOutside, writesOutside } from './outside-uses.ts';
import { attempt } from './owner.ts';
import { silencedIn } from './silenced.ts';
import { createWrappers } from './wrappers.ts';

export interface Reach {
  /** For the renaming: `auth.uid` to the wrapper's quoted, qualified name. */
  readonly wrappers: Map<string, string>;
  readonly findings: IsolationFinding[];
}

/**
 * Lets the owner of the clone reach the other schemas that function bodies and search paths name: by USAGE where the
 * current user may grant it, else by wrappers in the isolated schema that run as the current user. Functions that act
 * beyond the database get wrappers that do nothing; what else would lead out of the clone is found.
 */
export async function reachOtherSchemas(
  sql: postgres.TransactionSql,
  context: { source: string; schema: string; role: string },
  catalog: Catalog,
): Promise<Reach> {
  const { objects } = catalog;
  const schemas = await otherSchemas(sql, context);
  const mentions = objects.flatMap((object) =>
    object.routine === undefined
      ? []
      : mentionsIn(object.routine.body, schemas).map((mention) => ({ object, mention })),
  );
  const needed = new Set(mentions.map(({ mention }) => mention.schema));
  for (const { routine } of objects) {
    for (const setting of routine?.settings ?? []) {
      if (!setting.startsWith('search_path=')) continue;
      for (const name of namesOnPath(setting.slice('search_path='.length)))
        if (schemas.has(name)) needed.add(name);
    }
  }
  // Where functions without a search path of their own find what extensions bring.
  if (schemas.has('extensions')) needed.add('extensions');
  const closed = new Set<string>();
  const findings: IsolationFinding[] = [];
  for (const each of [...needed].sort()) {
    await attempt(sql, `grant usage on schema ${identifier(each)} to ${identifier(context.role)}`);
    const [may] = await sql<{ usage: boolean }[]>`
      select has_schema_privilege(${context.role}, ${each}, 'usage') as usage`;
    if (!may?.usage) closed.add(each);
  }
  const called = unique(mentions.map(({ mention }) => mention).filter(({ schema }) => closed.has(schema)));
  const silenced = await silencedIn(sql, mentions);
  const wrappers = await createWrappers(sql, context, unique([...called, ...silenced.called]));
  const harmful = await harmfulOutside(sql, schemas, catalog);
  const names = new Set(silenced.called.map(({ schema, name }) => `${schema}.${name}`));
  findings.push(...silenced.findings, ...usesOutside(catalog, harmful, schemas, names));
  findings.push(...(await writesOutside(sql, context.role, objects, schemas)));
  findings.push(...(await unreachableTables(sql, context.role, mentions)));
  findings.push(...(await viewsOfClosedTables(sql, context)));
  return { wrappers, findings };
}

async function otherSchemas(
  sql: postgres.TransactionSql,
  { source, schema }: { source: string; schema: string },
): Promise<Set<string>> {
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace
     where nspname not in (${source}, ${schema}, 'information_schema') and nspname !~ '^pg_'`;
  return new Set(rows.map(({ name }) => name));
}
