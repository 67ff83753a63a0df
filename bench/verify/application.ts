/** Numbers instead of ids, so that a million calls take little time. */
export interface Guest {
  booking: number;
  /** Number of the booking's own window. */
  window: number;
  tables: number[];
  /** The ledger: what each key answers. */
  keys: Map<string, { tables: number[]; window: number }>;
}

export interface Request {
  kind: 'assign' | 'unassign' | 'refresh' | 'status';
  guest: Guest;
  tables: number[];
  window: number;
  key: string | null;
}

export type Reply =
  | { kind: 'assigned'; tables: readonly number[]; window: number }
  | { kind: 'removed'; tables: readonly number[] }
  | { kind: 'conflict' }
  | { kind: 'done' };

export interface Claim {
  guest: Guest;
  window: number;
}

/** Windows of one day: starts half an hour apart, 90 minutes long. */
export const WINDOWS_A_DAY = 20;

function overlap(a: number, b: number): boolean {
  return Math.floor(a / WINDOWS_A_DAY) === Math.floor(b / WINDOWS_A_DAY) && Math.abs(a - b) < 3;
}

/** A correct application in memory. */
export class Application {
  readonly claims: Claim[][];

  constructor(tables: number) {
    this.claims = Array.from({ length: tables }, () => []);
  }

  serve(request: Request): Reply {
    if (request.kind === 'assign') return this.assign(request);
    return request.kind === 'unassign' ? this.unassign(request) : { kind: 'done' };
  }

  private assign({ guest, tables, window, key }: Request): Reply {
    const known = key === null ? undefined : guest.keys.get(key);
    if (known) return { kind: 'assigned', ...known };
    const taken = tables.some((table) =>
      this.claims[table]?.some((claim) => claim.guest !== guest && overlap(claim.window, window)),
    );
    if (taken) return { kind: 'conflict' };
    this.free(guest, tables);
    for (const table of tables) this.claims[table]?.push({ guest, window });
    guest.tables = [...new Set([...guest.tables, ...tables])];
    if (key !== null) guest.keys.set(key, { tables, window });
    return { kind: 'assigned', tables, window };
  }

  private unassign({ guest, tables }: Request): Reply {
    const given = guest.tables.filter((table) => tables.includes(table));
    this.free(guest, given);
    guest.tables = guest.tables.filter((table) => !given.includes(table));
    for (const [key, entry] of guest.keys) {
      if (entry.tables.some((table) => given.includes(table))) guest.keys.delete(key);
    }
    return { kind: 'removed', tables: given };
  }

  private free(guest: Guest, tables: readonly number[]): void {
    for (const table of tables) {
      this.claims[table] = (this.claims[table] ?? []).filter((claim) => claim.guest !== guest);
    }
  }
}
