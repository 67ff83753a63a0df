import { formatInstant, formatWindow } from '../../contracts/instant.ts';
import type { ViolationStep } from '../../contracts/verdict.ts';
import type { Operation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { contradiction, remark, step } from '../explain.ts';
import type { FoundViolation } from '../invariant.ts';
import type { Freshness } from './freshness.ts';
import type { Look, Staleness } from './staleness.ts';
import { inSeconds, policyInWords } from './words.ts';

/** A boundary at which the status was stale for longer than the threshold, through no fault of the load generator. */
export interface LateBoundary {
  staleness: Staleness;
  /** A refresh that came in time and did not help; null under the policy `none`, and where the clock was stepped. */
  inVain: Operation | null;
}

/** The story of one of them. */
export function violationOf(
  { every_ms, clock }: Freshness,
  { staleness, inVain }: LateBoundary,
  limit: number,
): FoundViolation {
  const { table, policy, direction, at, window, effect, least_ms, lastStale, firstRight } = staleness;
  const edge = direction === 'free too long' ? 'began' : 'ended';
  const status = lastStale?.status ?? '';
  const looks = [lastStale, firstRight].filter((look) => look !== null);
  return {
    title:
      `${policy === 'none' ? 'without a refresh' : `under ${policyInWords(policy, every_ms)}`}, ${nameOf(table)} was still ${status} ${inSeconds(least_ms)} after its window ` +
      `${edge}; the limit is ${inSeconds(limit)}`,
    steps: [
      step(effect.operation, '', window),
      remark(
        `the window ${formatWindow(window)} ${edge} at ${formatInstant(at)} on ${clock === 'virtual' ? 'the virtual clock' : "the database's clock"}`,
      ),
      ...(inVain ? [step(inVain, 'after that, so it should have stored what the rule gives')] : []),
      ...looks.map((look) => (look === lastStale ? contradiction(lookStep(look, at)) : lookStep(look, at))),
      ...(firstRight ? [] : [remark('no later read agrees with the rule')]),
    ],
    operations: [
      effect.operation,
      ...(inVain ? [inVain] : []),
      ...looks.flatMap(({ source }) => ('f' in source ? [source] : [])),
    ],
    rows: looks.flatMap(({ source }) => ('f' in source ? [] : [{ ...source }])),
  };
}

function lookStep({ source, status, agrees, refreshed, from }: Look, boundary: number): ViolationStep {
  const verdict = agrees ? 'as the rule gives' : 'which the rule does not give';
  const text = `the stored status is ${status}, ${verdict}`;
  if ('f' in source) return step(source, text);
  const after = `${inSeconds((from - boundary) / 1000)} after the boundary`;
  return remark(`at ${formatInstant(from)}, ${after}${refreshed ? ', right after a refresh' : ''}: ${text}`);
}
