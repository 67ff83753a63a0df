import { type DeployedVariant, type VariantName, variantNames } from '../contracts/status-matrix.ts';
import type { TableStatus } from '../plan/world.ts';
import { type Behaviour, correct, readings, storedBy } from './behaviour.ts';
import { later, type Situation } from './situation.ts';
import { combinations, type Deviation, whatVariantsDo } from './variants.ts';

/** What one refresh did. */
export interface Observed {
  situation: Situation;
  /** null: it raised an error, which no behaviour explains. */
  stored: TableStatus | null;
  /** How far a clock that moves was ahead of now() before and after the refresh; null where no clock moves. */
  elapsed_us: readonly [number, number] | null;
}

/** More mistakes than these at once are no known variant any more: enough of them would explain nearly anything. */
const MOST_DEVIATIONS = 3;

/** The situations in which one refresh may have looked around. */
interface Candidate {
  stored: TableStatus | null;
  situations: readonly Situation[];
}

/**
 * Names what is deployed by what it did alone: the fewest known deviations that explain every observation. A clock that
 * goes on within the transaction is no deviation.
 */
export function classify(observed: readonly Observed[]): DeployedVariant {
  if (observed.length === 0) return unknown('standing', 'nothing was observed');
  const clocks: Record<DeployedVariant['clock'], Candidate[]> = {
    standing: observed.map(({ stored, situation }) => ({ stored, situations: [situation] })),
    moving: observed.map(onMovingClock),
  };
  for (let size = 0; size <= MOST_DEVIATIONS; size += 1) {
    for (const clock of ['standing', 'moving'] as const) {
      const [names, ...others] = explanations(clocks[clock], size);
      if (names === undefined) continue;
      const alternatives = size === 0 ? explanations(clocks[clock], 1) : others;
      return { names, alternatives, clock, text: inWords(names, alternatives, observed.length) };
    }
  }
  return unknown('standing', `an unknown variant: ${closest(clocks.standing)}`);
}

function onMovingClock({ stored, situation, elapsed_us }: Observed): Candidate {
  if (elapsed_us === null) return { stored, situations: [situation] };
  return { stored, situations: elapsed_us.map((elapsed) => later(situation, elapsed)) };
}

/** Names of every set of that many deviations that explains all, each once. */
function explanations(candidates: readonly Candidate[], size: number): VariantName[][] {
  const found = new Map<string, VariantName[]>();
  for (const set of combinations(size)) {
    const names = namesOf(set);
    const key = names.join(' ');
    if (found.has(key)) continue;
    if (behavioursOf(set).some((behaviour) => candidates.every((each) => explains(behaviour, each))))
      found.set(key, names);
  }
  return [...found.values()];
}

function namesOf(set: readonly Deviation[]): VariantName[] {
  if (set.length === 0) return ['correct'];
  const named = new Set<VariantName>(set.map(({ name }) => name));
  return variantNames.filter((name) => named.has(name));
}

/** With every right answer to what the contract leaves open. */
function behavioursOf(set: readonly Deviation[]): Behaviour[] {
  const changed: Behaviour = Object.assign({}, correct, ...set.map(({ change }) => change));
  return readings.map((byHand) => ({ ...changed, byHand }));
}

const explains = (behaviour: Behaviour, { stored, situations }: Candidate): boolean =>
  situations.some((situation) => storedBy(behaviour, situation) === stored);

function inWords(
  names: readonly VariantName[],
  alternatives: readonly (readonly VariantName[])[],
  calls: number,
): string {
  const what = names.map((name) => whatVariantsDo[name]).join(', and ');
  const title = names.length > 1 ? `a mixture of ${names.join(' and ')}` : names.join('');
  const open = alternatives.map((other) => other.join(' and ')).join('; ');
  const rest = open === '' ? '' : `, and so would: ${open}`;
  return `${title}: refresh_table_status ${what}, which explains all ${calls} observed calls${rest}`;
}

function closest(candidates: readonly Candidate[]): string {
  const scores = [0, 1].flatMap((size) =>
    [...combinations(size)].flatMap((set) =>
      behavioursOf(set).map((behaviour) => ({
        name: namesOf(set).join(' and '),
        differences: candidates.filter((each) => !explains(behaviour, each)).length,
      })),
    ),
  );
  scores.sort((a, b) => a.differences - b.differences);
  const [best] = scores;
  return `closest is ${best?.name}, from which ${best?.differences} of ${candidates.length} observed calls differ`;
}

function unknown(clock: DeployedVariant['clock'], text: string): DeployedVariant {
  return { names: [], alternatives: [], clock, text };
}
