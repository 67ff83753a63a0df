import { identifier } from '../../sql/quoting.ts';
import type { Catalog } from '../catalog/read.ts';
import { privilegeKey } from '../create/grants.ts';
import type { ClonePlan } from '../create/plan.ts';
import { plainStatements, rewriteReference } from '../create/statements.ts';
import type { Renaming } from '../rewrite/renaming.ts';
import { undoEdits } from '../rewrite/rewrite.ts';

/** Where the clone is not what its source, rewritten, says. */
export interface Difference {
  readonly object: string;
  /** What differs, with the place where it begins to. */
  readonly text: string;
}

/** Compares the objects of the clone with those of the plan: statements, bodies, owners. Nothing missing, nothing extra. */
export function compareObjects(
  plan: ClonePlan,
  clone: Catalog,
  role: string,
  ours: ReadonlySet<string>,
): Difference[] {
  const differences: Difference[] = [];
  const present = new Map(clone.objects.map((object) => [object.id, object]));
  for (const { object, create, settle, bodies } of plan.objects) {
    const found = present.get(object.id);
    present.delete(object.id);
    if (found === undefined) {
      differences.push({ object: object.id, text: 'is missing' });
      continue;
    }
    const statements = plainStatements(found);
    for (const [wanted, is] of [
      [create, statements.create],
      [settle, statements.settle],
    ] as const) {
      if (wanted !== is) differences.push({ object: object.id, text: whereDifferent(wanted, is) });
    }
    if (found.owner !== null && found.owner !== role)
      differences.push({ object: object.id, text: `is owned by ${found.owner}, not by ${role}` });
    for (const body of bodies) {
      if (undoEdits(body) !== body.original)
        differences.push({ object: object.id, text: 'its body, mapped back, is not the original' });
    }
  }
  for (const object of present.values()) {
    if (object.addresses.some((address) => ours.has(address))) continue;
    differences.push({ object: object.id, text: 'is in the clone only' });
  }
  return differences;
}

/** Compares who may do what. */
export function comparePrivileges(
  source: Catalog,
  clone: Catalog,
  plan: ClonePlan,
  renaming: Renaming,
  role: string,
  ours: ReadonlySet<string>,
): Difference[] {
  const wanted = wantedPrivileges(source, plan, renaming, role);
  const present = clone.privileges.filter(({ address }) => !ours.has(address));
  return compareLists(
    wanted.map((each) => [privilegeKey(each), each.on, describePrivilege(each)]),
    present.map((each) => [privilegeKey(each), each.on, describePrivilege(each)]),
  );
}

/** The source's privileges on what is cloned, in the clone's names. */
export function wantedPrivileges(
  source: Catalog,
  plan: ClonePlan,
  renaming: Renaming,
  role: string,
): Catalog['privileges'] {
  // Where extensions live in the source, the owner of the clone was given USAGE there.
  const given = [role, identifier(role)];
  return source.privileges
    .filter(({ address, grantee }) => !plan.left.has(address) && !given.includes(grantee ?? ''))
    .map((each) => ({ ...each, on: rewriteReference(each.on, renaming) }));
}

function describePrivilege({ privilege, column, grantee, grantable }: Catalog['privileges'][number]): string {
  const right = column === null ? privilege : `${privilege} (${column})`;
  return `${right} for ${grantee ?? 'its owner'}${grantable ? ', with grant option' : ''}`;
}

/** Compares the comments on objects and columns. */
export function compareComments(
  source: Catalog,
  clone: Catalog,
  plan: ClonePlan,
  renaming: Renaming,
): Difference[] {
  const cloned = new Set(plan.objects.map(({ object }) => object.id));
  const list = (catalog: Catalog, rename: (name: string) => string) => {
    const ids = new Map(catalog.objects.flatMap(({ addresses, id }) => addresses.map((each) => [each, id])));
    return catalog.comments.flatMap(({ address, column, text }): [string, string, string][] => {
      const id = ids.get(address);
      if (id === undefined || !cloned.has(id)) return [];
      const on = column === null ? id : `column ${rename(column)}`;
      return [[JSON.stringify([on, text]), on, `the comment ${JSON.stringify(text)}`]];
    });
  };
  return compareLists(
    list(source, (name) => rewriteReference(name, renaming)),
    list(clone, (name) => name),
  );
}

/** Entries are key, object, what it is. */
function compareLists(
  wanted: readonly [string, string, string][],
  present: readonly [string, string, string][],
): Difference[] {
  const [wantedKeys, presentKeys] = [wanted, present].map((list) => new Set(list.map(([key]) => key)));
  return [
    ...wanted
      .filter(([key]) => !presentKeys?.has(key))
      .map(([, object, text]) => ({ object, text: `lacks ${text}` })),
    ...present
      .filter(([key]) => !wantedKeys?.has(key))
      .map(([, object, text]) => ({ object, text: `has ${text}, which the source lacks` })),
  ];
}

const SHOWN = 60;

function whereDifferent(wanted: string, is: string): string {
  let at = 0;
  while (at < wanted.length && wanted[at] === is[at]) at += 1;
  const from = Math.max(0, at - 20);
  const piece = (text: string) => JSON.stringify(text.slice(from, from + SHOWN));
  return `should read ${piece(wanted)}, reads ${piece(is)}`;
}
