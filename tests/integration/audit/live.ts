import type postgres from 'postgres';
import type { World as GnarlyWorld } from '../applications/world.ts';
import { assign, confirmHold, unassign } from '../reference/calls.ts';
import type { World } from '../reference/world.ts';
import { minutes } from './stage.ts';

interface Life {
  sql: postgres.Sql;
  world: World | GnarlyWorld;
  /** Moves a booking to a status. */
  setTo: (booking: string, status: string) => PromiseLike<unknown>;
  /** Whether a step that fails is passed over, as a defect may have it. */
  tolerant?: boolean;
}

/** What an application does in an evening: nothing of it may leave anything that contradicts itself. */
export async function live({ sql, world, setTo, tolerant = false }: Life): Promise<void> {
  const tables = await world.tables(6);
  const bookings = await world.bookings(8);
  const table = (place: number): string => tables[place] as string;
  const booking = (place: number): string => bookings[place] as string;
  const now = { from: minutes(-30), to: minutes(90) };
  const steps: (() => PromiseLike<unknown>)[] = [
    () => assign(sql, booking(0), [table(0)], now),
    () => assign(sql, booking(0), [table(0)], { from: minutes(-20), to: minutes(100) }),
    () => assign(sql, booking(1), [table(1), table(2)], { from: minutes(200), to: minutes(300) }),
    () => unassign(sql, booking(1), [table(2)]),
    () => assign(sql, booking(2), [table(1)], now),
    () => setTo(booking(2), 'checked_in'),
    () => assign(sql, booking(3), [table(2)], now),
    () => setTo(booking(3), 'checked_in'),
    () => setTo(booking(3), 'completed'),
    () => assign(sql, booking(4), [table(3)], now),
    () => setTo(booking(4), 'cancelled'),
    () => assign(sql, booking(5), [table(3), table(4)], { from: minutes(400), to: minutes(500) }),
    () => unassign(sql, booking(5)),
    async () => confirmHold(sql, await world.hold([table(4), table(5)]), booking(6)),
    () => world.hold([table(0)], { expires_at: minutes(-5) }),
    async () => {
      const hold = await world.hold([table(1)]);
      await sql`UPDATE table_holds SET status = 'cancelled' WHERE id = ${hold}`;
    },
    () => world.maintenance(table(5), minutes(-10), minutes(150)),
    () => assign(sql, booking(7), [table(3)], now),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!tolerant) throw error;
    }
  }
}
