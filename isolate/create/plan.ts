import type { IsolationFinding } from '../../contracts/manifest.ts';
import type { CatalogObject } from '../catalog/object.ts';
import type { Catalog } from '../catalog/read.ts';
import type { Renaming } from '../rewrite/renaming.ts';
import { dependenciesOf, inOrder } from './order.ts';
import { changesRole, secured, whyNotSecured } from './secure.ts';
import { type RewrittenObject, rewriteObject } from './statements.ts';

export interface ClonePlan {
  /** In the order of creation. */
  readonly objects: readonly RewrittenObject[];
  readonly findings: readonly IsolationFinding[];
  /** Ids of functions that run with the caller's rights in the source and with the owner's in the clone. */
  readonly secured: readonly string[];
  /** Addresses of the source's objects that the clone does without. */
  readonly left: ReadonlySet<string>;
}

/** What the clone will consist of, and what a person should know of it. */
export function planClone(catalog: Catalog, renaming: Renaming): ClonePlan {
  const findings: IsolationFinding[] = [];
  const left = findUnsupported(catalog, findings);
  const objects: RewrittenObject[] = [];
  const securedIds: string[] = [];
  for (const object of inOrder(catalog)) {
    if (object.addresses.some((address) => left.has(address))) continue;
    const rewritten = rewriteObject(object, renaming);
    findings.push(...rewritten.findings.map((finding) => ({ object: object.id, ...finding })));
    const planned = secure(rewritten, renaming, findings);
    if (planned !== rewritten) securedIds.push(object.id);
    if (object.routine?.leakproof) {
      findings.push(say(object, 'note', 'is not LEAKPROOF in the clone: only a superuser may say so'));
    }
    objects.push(planned);
  }
  return { objects, findings, secured: securedIds, left };
}

/** Makes a function that hides names in SQL of its own run with rights that cannot touch the source. */
function secure(
  rewritten: RewrittenObject,
  renaming: Renaming,
  findings: IsolationFinding[],
): RewrittenObject {
  const { object, dynamic } = rewritten;
  const role = changesRole(object);
  if (role !== null) findings.push(say(object, 'leftover', role));
  if (!dynamic || object.routine === undefined || object.routine.securityDefiner) return rewritten;
  const reason = whyNotSecured(object);
  if (reason !== null) {
    findings.push(say(object, 'leftover', reason));
    return rewritten;
  }
  findings.push(
    say(
      object,
      'note',
      "builds SQL at run time: in the clone it runs with its owner's rights, which end there, not with the caller's",
    ),
  );
  return { ...rewriteObject(secured(object), renaming), object: secured(object) };
}

/** Adds what cannot be cloned, with all that depends on it, to the findings. Returns the addresses. */
function findUnsupported(catalog: Catalog, findings: IsolationFinding[]): Set<string> {
  const left = new Set<string>();
  const dependents = new Map<CatalogObject, CatalogObject[]>();
  for (const [object, needed] of dependenciesOf(catalog)) {
    for (const each of needed) {
      const list = dependents.get(each);
      if (list === undefined) dependents.set(each, [object]);
      else list.push(object);
    }
  }
  const waiting: CatalogObject[] = [];
  for (const object of catalog.objects) {
    if (object.unsupported === undefined) continue;
    findings.push(say(object, object.unsupported.kind, object.unsupported.reason));
    waiting.push(object);
  }
  for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
    for (const address of object.addresses) left.add(address);
    for (const dependent of dependents.get(object) ?? []) {
      if (dependent.unsupported !== undefined || dependent.addresses.some((address) => left.has(address)))
        continue;
      findings.push(say(dependent, 'leftover', `depends on ${object.id}, which is not cloned`));
      for (const address of dependent.addresses) left.add(address);
      waiting.push(dependent);
    }
  }
  return left;
}

function say(object: CatalogObject, kind: IsolationFinding['kind'], reason: string): IsolationFinding {
  return { object: object.id, kind, line: null, text: object.id, reason };
}
