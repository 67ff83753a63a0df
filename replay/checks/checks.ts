import type { InvariantId } from '../../contracts/verdict.ts';
import { codes, keys, otherTables, transients, winners } from './answers.ts';
import type { Check, Checked } from './check.ts';
import { againstHolds, missing, overlapping, phantoms, stillThere, unjustified } from './claims.ts';
import { adrift, brokenSets, emptyGroups } from './rows.ts';

type MakeChecks = (checked: Checked) => Check[];

/** Promises that scripts are made for, with the queries that show them broken. */
const byInvariant: Partial<Record<InvariantId, readonly MakeChecks[]>> = {
  'no-double-booking': [overlapping],
  'acked-is-durable': [missing, stillThere],
  'no-phantom': [phantoms],
  'atomic-merge': [brokenSets, emptyGroups],
  'idempotent-replay': [keys, missing],
  linearizable: [overlapping, againstHolds, missing, stillThere, keys, unjustified],
  'one-winner': [winners],
  'justified-rejection': [unjustified],
  linked: [adrift, emptyGroups, otherTables],
  'mapped-errors': [codes],
  progress: [transients],
};

/**
 * Queries for the end of a script, of which each row is a contradiction. They are what a person can check by eye; the
 * verifier knows more, so no row does not mean that all is well.
 */
export function checksOf(invariant: InvariantId, checked: Checked): Check[] {
  return (byInvariant[invariant] ?? []).flatMap((make) => make(checked));
}
