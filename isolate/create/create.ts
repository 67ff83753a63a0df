import type postgres from 'postgres';
import type { Progress } from '../../contracts/progress.ts';
import { identifier, literal } from '../../sql/quoting.ts';
import { readPrivileges } from '../catalog/privileges.ts';
import { type Catalog, openReader } from '../catalog/read.ts';
import { wantedPrivileges } from '../prove/compare.ts';
import type { Renaming } from '../rewrite/renaming.ts';
import { grantSteps } from './grants.ts';
import type { ClonePlan } from './plan.ts';
import { runSteps, type Step } from './run.ts';
import { rewriteReference } from './statements.ts';

interface CloneInput {
  readonly catalog: Catalog;
  readonly plan: ClonePlan;
  readonly renaming: Renaming;
  /** Becomes the owner of every object. */
  readonly role: string;
  /** Addresses of what is in the schema already, whose grants are right. */
  readonly ours: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
}

/**
 * Creates everything in the plan, then gives it comments, owner and exactly the source's grants.
 *
 * @throws TargetError that names the object which PostgreSQL refuses
 */
export async function createClone(sql: postgres.TransactionSql, input: CloneInput): Promise<void> {
  const { catalog, plan, renaming, role, ours, signal, progress } = input;
  const { objects } = plan;
  const step = (id: string, text: string): Step[] => (text === '' ? [] : [{ id, text }]);
  await runSteps(
    sql,
    objects.flatMap(({ object, create }) => step(object.id, create)),
    signal,
    (done) => progress(`created ${done} of ${objects.length} objects`),
  );
  const settling = objects.flatMap(({ object, settle }) => step(object.id, settle));
  await runSteps(sql, [...settling, ...commentSteps(catalog, plan, renaming)], signal);
  // Last, so that everything was made with the rights of the current user, who may use more schemas.
  const owned = objects.filter(({ object }) => object.owner !== null);
  await runSteps(
    sql,
    owned.map(({ object, reference }) => ({
      id: object.id,
      text: `alter ${reference} owner to ${identifier(role)}`,
    })),
    signal,
  );
  progress('granting what the source grants');
  const present = await readPrivileges(await openReader(sql, renaming.to, [renaming.from, renaming.to]));
  await runSteps(
    sql,
    grantSteps(
      wantedPrivileges(catalog, plan, renaming, role),
      present.filter(({ address }) => !ours.has(address)),
      role,
    ),
    signal,
  );
}

function commentSteps(catalog: Catalog, plan: ClonePlan, renaming: Renaming): Step[] {
  const references = new Map(
    plan.objects.flatMap(({ object, reference }) =>
      object.addresses.map((each) => [each, { object, reference }]),
    ),
  );
  return catalog.comments.flatMap(({ address, column, text }) => {
    const found = references.get(address);
    if (found === undefined || (column === null && found.reference === '')) return [];
    const on = column === null ? found.reference : `column ${rewriteReference(column, renaming)}`;
    return [{ id: found.object.id, text: `comment on ${on} is ${literal(text)}` }];
  });
}
