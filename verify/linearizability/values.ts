import type { Window } from '../../contracts/instant.ts';

/** A booking has a table for a window. */
export interface Claim {
  booking: string;
  window: Window;
  /** False after the booking ended in a way that may have shortened or removed the claim: it blocks nobody for certain. */
  certain: boolean;
}

/** A hold stands on a table. */
export interface Held {
  hold: string;
  owner: string | null;
  window: Window;
  /** Microseconds since the epoch on the database's clock. */
  expires: number;
  /** False when the hold may have gone with its booking. */
  certain: boolean;
}

export interface TableState {
  claims: readonly Claim[];
  holds: readonly Held[];
}

export interface HoldState {
  status: 'standing' | 'released' | 'confirmed';
  /** For whom it holds, or whom it was confirmed for. */
  owner: string | null;
  tables: readonly string[];
}

/** What was assigned under an idempotency key. */
export interface Entry {
  tables: readonly string[];
  window: Window;
  /** False when the deployment may have forgotten the key. */
  certain: boolean;
}

export type Value = TableState | HoldState | Entry | true;

/** One value with its text, by which values are compared. */
export class Cell {
  readonly value: Value;
  private cached: string | undefined;

  constructor(value: Value) {
    this.value = value;
  }

  get text(): string {
    this.cached ??= isEmpty(this.value) ? '' : JSON.stringify(this.value);
    return this.cached;
  }
}

function isEmpty(value: Value): boolean {
  return value !== true && 'claims' in value && value.claims.length === 0 && value.holds.length === 0;
}
