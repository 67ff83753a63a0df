import { UsageError } from '../../contracts/errors.ts';
import type { CaseCall, CaseDefinition } from '../../contracts/explore-case.ts';
import type { Operation } from '../../history/operation.ts';
import type { WorldBuilder } from '../../plan/builder.ts';
import type { Booking, Customer, Hold, Restaurant, Table, Zone } from '../../plan/world.ts';

type Of<F extends Operation['f']> = { f: F; input: Extract<Operation, { f: F }>['input'] };

/** A call with the ids of real rows. */
export type PlannedCall =
  | Of<'assign'>
  | Of<'unassign'>
  | Of<'hold'>
  | Of<'release'>
  | Of<'confirm'>
  | Of<'refresh'>
  | Of<'transition'>
  | { f: 'sql'; text: string };

/** Rows of their own for one schedule of a case, and the calls on them. */
export interface CaseInstance {
  readonly restaurants: readonly Restaurant[];
  readonly tables: readonly Table[];
  readonly bookings: readonly Booking[];
  readonly holds: readonly Hold[];
  readonly before: readonly PlannedCall[];
  readonly calls: readonly PlannedCall[];
  /** Names in the case of the ids, for people. */
  readonly names: ReadonlyMap<string, string>;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Plans the rows and calls of one schedule; the rows are added to the builder's world. */
export function planInstance(definition: CaseDefinition, builder: WorldBuilder): CaseInstance {
  return new Planner(definition, builder).instance();
}

class Planner {
  private readonly definition: CaseDefinition;
  private readonly builder: WorldBuilder;
  private readonly base: number;
  private readonly restaurants = new Map<string, Restaurant>();
  private readonly customers = new Map<string, Customer>();
  private readonly zones = new Map<string, Zone>();
  private readonly tables = new Map<string, Table>();
  private readonly bookings = new Map<string, Booking>();
  private readonly holds = new Map<string, Hold>();

  constructor(definition: CaseDefinition, builder: WorldBuilder) {
    this.definition = definition;
    this.builder = builder;
    const { anchor } = builder.origin;
    const second = Math.floor(anchor / 1000) * 1000;
    this.base = definition.base === 'now' ? second : Math.floor(anchor / DAY) * DAY + 2 * DAY + DAY * 0.75;
  }

  instance(): CaseInstance {
    const { tables, bookings, holds, before, calls } = this.definition;
    for (const [name, { zone, restaurant }] of Object.entries(tables)) {
      this.tables.set(name, this.builder.table(this.zone(restaurant, zone), { capacity: 4 }));
    }
    for (const [name, { from, to, party, status, restaurant, customer: guest }] of Object.entries(bookings)) {
      const customer = this.customer(restaurant, guest === undefined ? `of ${name}` : guest);
      this.bookings.set(name, this.builder.booking(customer, this.at(from), this.at(to), status, party));
    }
    for (const [name, { booking, tables: held, from, to, lapsed }] of Object.entries(holds)) {
      const first = find(this.definition.tables, held[0] ?? '', 'table');
      const zone = this.zone(first.restaurant, first.zone);
      const whose = booking === undefined ? null : this.booking(booking);
      const hold = this.builder.hold(zone, whose, this.at(from), this.at(to));
      if (lapsed) hold.expires_at = new Date(this.builder.origin.anchor - DAY).toISOString();
      this.holds.set(name, hold);
    }
    return {
      restaurants: [...this.restaurants.values()],
      tables: [...this.tables.values()],
      bookings: [...this.bookings.values()],
      holds: [...this.holds.values()],
      before: before.map((call) => this.call(call)),
      calls: calls.map((call) => this.call(call)),
      names: new Map(
        [this.tables, this.bookings, this.holds, this.restaurants].flatMap((each) =>
          [...each].map(([name, { id }]): [string, string] => [id, name]),
        ),
      ),
    };
  }

  private call(call: CaseCall): PlannedCall {
    if ('assign' in call) {
      const { booking, tables, key, from, to } = call.assign;
      return {
        f: 'assign',
        input: {
          booking_id: this.booking(booking).id,
          table_ids: tables.map((name) => this.table(name)),
          idempotency_key: this.key(key),
          require_adjacency: false,
          start_at: from === undefined ? null : this.iso(from),
          end_at: to === undefined ? null : this.iso(to),
        },
      };
    }
    if ('unassign' in call) {
      const { booking, tables } = call.unassign;
      const table_ids = tables === undefined ? null : tables.map((name) => this.table(name));
      return { f: 'unassign', input: { booking_id: this.booking(booking).id, table_ids } };
    }
    if ('hold' in call) return { f: 'hold', input: this.claim(call.hold) };
    if ('release' in call) return { f: 'release', input: { hold_id: this.hold(call.release).id } };
    if ('confirm' in call) {
      const { hold_id, table_ids, start_at, end_at } = this.claim(call.confirm.hold);
      const window = { start_at, end_at, table_ids, hold_id, require_adjacency: false };
      const booking_id = this.booking(call.confirm.booking).id;
      return { f: 'confirm', input: { ...window, booking_id, idempotency_key: this.key(call.confirm.key) } };
    }
    if ('refresh' in call) return { f: 'refresh', input: { table_id: this.table(call.refresh) } };
    if ('transition' in call) {
      const { booking, status } = call.transition;
      return { f: 'transition', input: { booking_id: this.booking(booking).id, status } };
    }
    return {
      f: 'sql',
      text: call.sql.replace(/\{(\w+) ([\w-]+)\}/g, (_, kind, name) => this.id(kind, name)),
    };
  }

  private claim(name: string): Extract<PlannedCall, { f: 'hold' }>['input'] {
    const { id, booking_id, start_at, end_at, expires_at } = this.hold(name);
    const table_ids = find(this.definition.holds, name, 'hold').tables.map((each) => this.table(each));
    return { hold_id: id, booking_id, table_ids, start_at, end_at, expires_at };
  }

  private id(kind: string, name: string): string {
    if (kind === 'booking') return this.booking(name).id;
    if (kind === 'table') return this.table(name);
    if (kind === 'hold') return this.hold(name).id;
    if (kind === 'restaurant') return this.restaurant(name).id;
    throw new UsageError(`the case has no ${kind}`, ['booking, table, hold and restaurant have names']);
  }

  private key(key: string | undefined): string | null {
    return key === undefined ? null : this.builder.text(key);
  }

  private restaurant(name: string): Restaurant {
    return made(this.restaurants, name, () => this.builder.restaurant('UTC'));
  }

  private customer(restaurant: string, name: string): Customer {
    return made(this.customers, `${restaurant} ${name}`, () =>
      this.builder.customer(this.restaurant(restaurant)),
    );
  }

  private zone(restaurant: string, zone: string): Zone {
    return made(this.zones, `${restaurant} ${zone}`, () => this.builder.zone(this.restaurant(restaurant)));
  }

  private booking(name: string): Booking {
    return find(Object.fromEntries(this.bookings), name, 'booking');
  }

  private hold(name: string): Hold {
    return find(Object.fromEntries(this.holds), name, 'hold');
  }

  private table(name: string): string {
    return find(Object.fromEntries(this.tables), name, 'table').id;
  }

  private at(minutes: number): number {
    return this.base + minutes * MINUTE;
  }

  private iso(minutes: number): string {
    return new Date(this.at(minutes)).toISOString();
  }
}

function made<T>(map: Map<string, T>, name: string, make: () => T): T {
  const known = map.get(name) ?? make();
  map.set(name, known);
  return known;
}

function find<T>(known: Readonly<Record<string, T>>, name: string, kind: string): T {
  const found = known[name];
  if (found !== undefined) return found;
  throw new UsageError(`the case names a ${kind} "${name}" that it does not have`, [
    `it has ${Object.keys(known).join(', ') || 'none'}`,
  ]);
}
