import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import { type Catalog, readCatalog } from '../catalog/read.ts';
import type { ClonePlan } from '../create/plan.ts';
import { plainStatements } from '../create/statements.ts';
import type { Renaming } from '../rewrite/renaming.ts';
import { compareComments, compareObjects, comparePrivileges, type Difference } from './compare.ts';
import { edgesToSource } from './edges.ts';
import { openDefiners, rightsOnSource } from './rights.ts';

export interface ProofInput {
  /** The source as it was read before the clone was made. */
  readonly source: Catalog;
  readonly plan: ClonePlan;
  readonly renaming: Renaming;
  /** Owner of the clone. */
  readonly role: string;
  /** Addresses of what the harness itself put into the clone: wrappers and the clock. */
  readonly ours: ReadonlySet<string>;
}

export interface Proof {
  /** Differences from the source; none in a good clone. */
  readonly differences: readonly Difference[];
  readonly findings: readonly IsolationFinding[];
  /** Objects that were compared, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Proves that the isolated schema is the deployed one under another name, by reading both again and comparing all that
 * is read, and that nothing of it hangs on the source or may touch it.
 */
export async function proveClone(sql: postgres.TransactionSql, input: ProofInput): Promise<Proof> {
  const { plan, renaming, role, ours } = input;
  const both = [renaming.from, renaming.to];
  const source = await readCatalog(sql, renaming.from, both);
  const clone = await readCatalog(sql, renaming.to, both);
  const rights = await rightsOnSource(sql, renaming.from, role);
  const differences = [
    ...changedMeanwhile(input.source, source),
    ...compareObjects(plan, clone, role, ours),
    ...comparePrivileges(source, clone, plan, renaming, role, ours),
    ...compareComments(source, clone, plan, renaming),
    ...(await edgesToSource(sql, renaming.from, renaming.to)),
    ...rights.differences,
  ];
  const findings = [...rights.findings];
  if (plan.objects.some(({ dynamic }) => dynamic))
    findings.push(...(await openDefiners(sql, renaming.from, role)));
  for (const { on, grantor } of source.privileges) {
    if (grantor === null || findings.some(({ object }) => object === on)) continue;
    findings.push({
      object: on,
      kind: 'note',
      line: null,
      text: `granted by ${grantor}`,
      reason: 'in the clone its owner is the one who granted it',
    });
  }
  const counts: Record<string, number> = {};
  for (const { object } of plan.objects) counts[object.kind] = (counts[object.kind] ?? 0) + 1;
  return { differences, findings, counts };
}

/** Somebody may deploy while we clone. */
function changedMeanwhile(before: Catalog, after: Catalog): Difference[] {
  const texts = (catalog: Catalog) =>
    new Map(
      catalog.objects.map((object) => {
        const { create, settle } = plainStatements(object);
        return [object.id, `${create}\n${settle}`];
      }),
    );
  const [was, is] = [texts(before), texts(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((id) => was.get(id) !== is.get(id))
    .map((object) => ({ object, text: 'was changed in the deployed schema while it was cloned' }));
}
