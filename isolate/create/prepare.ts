import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import { identifier } from '../../sql/quoting.ts';
import { type Catalog, readCatalog } from '../catalog/read.ts';
import { createClock } from '../clock/create.ts';
import type { Renaming } from '../rewrite/renaming.ts';
import { attempt, createOwner } from './owner.ts';
import { type ClonePlan, planClone } from './plan.ts';
import { reachOtherSchemas } from './reach.ts';

export interface Prepared {
  /** Owner of the clone. */
  readonly role: string;
  /** Addresses of what is in the isolated schema and not of the source: wrappers and the clock. */
  readonly ours: ReadonlySet<string>;
  readonly renaming: Renaming;
  readonly plan: ClonePlan;
  readonly findings: readonly IsolationFinding[];
}

/** Makes the schema, its owner and what its functions need there, and plans the rest. */
export async function prepare(
  sql: postgres.TransactionSql,
  catalog: Catalog,
  options: { source: string; schema: string; virtualClock: boolean },
): Promise<Prepared> {
  const { source, schema, virtualClock } = options;
  const { role, lacksBypass } = await createOwner(sql, schema, source);
  await sql.unsafe(`create schema ${identifier(schema)} authorization ${identifier(role)}`);
  if (catalog.staying.size > 0)
    await attempt(sql, `grant usage on schema ${identifier(source)} to ${identifier(role)}`);
  const reach = await reachOtherSchemas(sql, { source, schema, role }, catalog);
  if (virtualClock) await createClock(sql, schema, role);
  const before = await readCatalog(sql, schema, [source, schema]);
  const ours = new Set(before.objects.flatMap(({ addresses }) => addresses));
  const renaming: Renaming = {
    from: source,
    to: schema,
    staying: catalog.staying,
    cloned: catalog.names,
    wrappers: reach.wrappers,
    ambiguous: catalog.ambiguous,
    virtualClock,
  };
  const plan = planClone(catalog, renaming);
  const findings = [...plan.findings, ...reach.findings];
  if (lacksBypass) {
    findings.push({
      object: `role ${role}`,
      kind: 'note',
      line: null,
      text: 'BYPASSRLS',
      reason:
        'cannot be given to the owner of the clone: tables with FORCE ROW LEVEL SECURITY behave differently',
    });
  }
  return { role, ours, renaming, plan, findings };
}
