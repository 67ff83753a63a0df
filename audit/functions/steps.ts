import type { WriteAction } from '../deployment/deployment.ts';

/** A name as a body writes it, unquoted; schema null when it has none. */
export interface Name {
  readonly schema: string | null;
  readonly name: string;
}

/** How strongly `SELECT … FOR` locks rows, weakest first. Foreign keys take `key share`. */
export const rowLocks = ['key share', 'share', 'no key update', 'update'] as const;
export type RowLock = (typeof rowLocks)[number];

/** What a body does that matters to locks, in the order in which it does it. Lines count in `Routine.body`, from 1. */
export type Step =
  | { readonly kind: 'row lock'; readonly relation: Name; readonly strength: RowLock; readonly line: number }
  | { readonly kind: 'table lock'; readonly relation: Name; readonly mode: string; readonly line: number }
  | {
      readonly kind: 'write';
      readonly action: WriteAction;
      readonly relation: Name;
      /** Columns that an INSERT names or an UPDATE sets; null: all, or not known. */
      readonly columns: readonly string[] | null;
      readonly line: number;
    }
  | {
      readonly kind: 'call';
      readonly routine: Name;
      readonly argumentCount: number;
      /** Last parts of the names in its arguments: variables, parameters, columns. */
      readonly inputs: readonly string[];
      readonly line: number;
    }
  /** One of these happens. */
  | { readonly kind: 'choice'; readonly branches: readonly (readonly Step[])[] }
  | { readonly kind: 'loop'; readonly body: readonly Step[] }
  /** What comes after in this block does not happen: RETURN, RAISE EXCEPTION, and EXIT or CONTINUE of a loop. */
  | { readonly kind: 'leave'; readonly by: 'return' | 'error' | 'loop' }
  /** A variable gets a value that depends on these names. */
  | { readonly kind: 'assign'; readonly variable: string; readonly inputs: readonly string[] }
  /** Something that cannot be read before it runs. */
  | { readonly kind: 'unseen'; readonly what: string; readonly line: number };

/** All steps, also those inside choices and loops. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    if (step.kind === 'choice') for (const branch of step.branches) yield* allSteps(branch);
    if (step.kind === 'loop') yield* allSteps(step.body);
  }
}
