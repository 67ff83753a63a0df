/**
 * The rows that seeding writes, as the application's tables hold them. Only the columns of domain.md; whatever else a
 * deployment requires is filled by the seed stage.
 */

export type TableStatus = 'available' | 'reserved' | 'occupied' | 'out_of_service';

export interface Restaurant {
  id: string;
  name: string;
  slug: string;
  timezone: string;
}

export interface Zone {
  id: string;
  restaurant_id: string;
  name: string;
}

export interface AllowedCapacity {
  restaurant_id: string;
  capacity: number;
}

export interface Table {
  id: string;
  restaurant_id: string;
  zone_id: string;
  table_number: string;
  capacity: number;
  min_party_size: number;
  max_party_size: number;
  status: TableStatus;
  mobility: 'movable' | 'fixed';
  active: boolean;
}

export interface TableAdjacency {
  table_a: string;
  table_b: string;
}

export interface Customer {
  id: string;
  restaurant_id: string;
  full_name: string;
  email: string;
  phone: string;
}

export type BookingStatus = 'pending' | 'confirmed' | 'checked_in' | 'completed' | 'cancelled' | 'no_show';

export interface Booking {
  id: string;
  restaurant_id: string;
  customer_id: string;
  booking_date: string;
  start_time: string;
  end_time: string;
  /** What the application must derive from the local values, ISO 8601 in UTC. */
  start_at: string;
  end_at: string;
  party_size: number;
  status: BookingStatus;
  checked_in_at: string | null;
  checked_out_at: string | null;
  customer_name: string;
  customer_email: string;
  customer_phone: string;
  reference: string;
}

/** A host's claim. It is seeded without members, and so claims nothing until a call adds them. */
export interface Hold {
  id: string;
  restaurant_id: string;
  zone_id: string;
  booking_id: string | null;
  start_at: string;
  end_at: string;
  /** Set anew by the call that makes the claim. */
  expires_at: string;
  status: 'active';
}

export interface World {
  restaurants: Restaurant[];
  zones: Zone[];
  allowed_capacities: AllowedCapacity[];
  table_inventory: Table[];
  table_adjacencies: TableAdjacency[];
  customers: Customer[];
  bookings: Booking[];
  table_holds: Hold[];
}

/** Tables in the order in which foreign keys allow inserting them. */
export const worldTables = [
  'restaurants',
  'zones',
  'allowed_capacities',
  'table_inventory',
  'table_adjacencies',
  'customers',
  'bookings',
  'table_holds',
] as const satisfies (keyof World)[];

export function emptyWorld(): World {
  return {
    restaurants: [],
    zones: [],
    allowed_capacities: [],
    table_inventory: [],
    table_adjacencies: [],
    customers: [],
    bookings: [],
    table_holds: [],
  };
}
