import { idOf, type Kind, type Space, textTag } from './identity.ts';
import { type Random, randomStream } from './random.ts';
import { localTime } from './time-zone.ts';
import {
  type Booking,
  type BookingStatus,
  type Customer,
  emptyWorld,
  type Hold,
  type Restaurant,
  type Table,
  type World,
  type Zone,
} from './world.ts';

/** What every plan is derived from. */
export interface Origin {
  seed: number;
  tag: string;
  /** Wall clock at planning, milliseconds since the epoch; windows are placed around it. */
  anchor: number;
}

/** Adds rows of one space to a world. Each scenario has a space and restaurants of its own, so none disturbs another. */
export class WorldBuilder {
  readonly origin: Origin;
  readonly random: Random;
  readonly world: World = emptyWorld();
  private readonly space: Space;
  private readonly counters = new Map<Kind, number>();
  private readonly timezones = new Map<string, string>();

  constructor(origin: Origin, space: Space) {
    this.origin = origin;
    this.space = space;
    this.random = randomStream(origin.seed, space);
  }

  private next(kind: Kind): { index: number; id: string } {
    const index = this.counters.get(kind) ?? 0;
    this.counters.set(kind, index + 1);
    return { index, id: idOf(this.origin.tag, this.origin.seed, this.space, kind, index) };
  }

  /** An id of ours that no row has. */
  unusedId(kind: Kind): string {
    return this.next(kind).id;
  }

  /** A text that is unique in the run and carries the tag, for instance an idempotency key. */
  text(name: string): string {
    return `${textTag(this.origin.tag)}-${this.space}-${name}`;
  }

  restaurant(timezone: string): Restaurant {
    const { index, id } = this.next('restaurant');
    const restaurant = {
      id,
      name: `Load test ${textTag(this.origin.tag)} ${this.space} ${index}`,
      slug: this.text(String(index)),
      timezone,
    };
    this.world.restaurants.push(restaurant);
    for (let capacity = 2; capacity <= 8; capacity += 1) {
      this.world.allowed_capacities.push({ restaurant_id: id, capacity });
    }
    this.timezones.set(id, timezone);
    return restaurant;
  }

  zone(restaurant: Restaurant): Zone {
    const { index, id } = this.next('zone');
    const zone = { id, restaurant_id: restaurant.id, name: `${textTag(this.origin.tag)} zone ${index}` };
    this.world.zones.push(zone);
    return zone;
  }

  table(
    zone: Zone,
    special: Partial<Pick<Table, 'status' | 'mobility' | 'active' | 'capacity'>> = {},
  ): Table {
    const { index, id } = this.next('table');
    const capacity = special.capacity ?? this.random.integer(2, 8);
    const table: Table = {
      id,
      restaurant_id: zone.restaurant_id,
      zone_id: zone.id,
      table_number: `${textTag(this.origin.tag)}-${index}`,
      capacity,
      min_party_size: 1,
      max_party_size: capacity,
      status: 'available',
      mobility: 'movable',
      active: true,
      ...special,
    };
    this.world.table_inventory.push(table);
    return table;
  }

  /** Makes two tables of a zone neighbours. Stored once, in id order: an application may insist on either. */
  adjacent(one: Table, other: Table): void {
    const [table_a, table_b] = one.id < other.id ? [one.id, other.id] : [other.id, one.id];
    this.world.table_adjacencies.push({ table_a, table_b });
  }

  customer(restaurant: Restaurant): Customer {
    const { index, id } = this.next('customer');
    const customer = {
      id,
      restaurant_id: restaurant.id,
      full_name: `Guest ${index} ${textTag(this.origin.tag)}`,
      email: `${this.text(`guest-${index}`)}@example.com`,
      phone: `+1555${String(index).padStart(9, '0')}`,
    };
    this.world.customers.push(customer);
    return customer;
  }

  /**
   * A booking of the window `[start, end)`, milliseconds since the epoch, whole seconds.
   * Its local date and times are what the application derives the window from.
   */
  booking(
    customer: Customer,
    start: number,
    end: number,
    status: BookingStatus = 'pending',
    party = this.random.integer(1, 2),
  ): Booking {
    const { index, id } = this.next('booking');
    const timezone = this.timezones.get(customer.restaurant_id) ?? 'UTC';
    const from = localTime(start, timezone);
    const arrived = status === 'checked_in' || status === 'completed';
    const booking: Booking = {
      id,
      restaurant_id: customer.restaurant_id,
      customer_id: customer.id,
      booking_date: from.date,
      start_time: from.time,
      end_time: localTime(end, timezone).time,
      start_at: new Date(start).toISOString(),
      end_at: new Date(end).toISOString(),
      party_size: party,
      status,
      checked_in_at: arrived ? new Date(start).toISOString() : null,
      checked_out_at: status === 'completed' ? new Date(end).toISOString() : null,
      customer_name: customer.full_name,
      customer_email: customer.email,
      customer_phone: customer.phone,
      reference: this.text(`booking-${index}`),
    };
    this.world.bookings.push(booking);
    return booking;
  }
  /** A hold of the window `[start, end)` without members, for a booking or for nobody in particular. */
  hold(zone: Zone, booking: Booking | null, start: number, end: number): Hold {
    const hold: Hold = {
      id: this.next('hold').id,
      restaurant_id: zone.restaurant_id,
      zone_id: zone.id,
      booking_id: booking?.id ?? null,
      start_at: new Date(start).toISOString(),
      end_at: new Date(end).toISOString(),
      expires_at: new Date(this.origin.anchor + 86_400_000).toISOString(),
      status: 'active',
    };
    this.world.table_holds.push(hold);
    return hold;
  }
}
