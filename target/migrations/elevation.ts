import type postgres from 'postgres';

/** Does what the platform lets `postgres` do, although PostgreSQL asks for a superuser. */
export interface Elevation {
  /** Runs one statement on a session of the role `postgres`, which is a superuser for that long. */
  run(session: postgres.Sql, statement: string): Promise<void>;
  end(): Promise<void>;
}

/**
 * A backend learns that its role has changed when it takes a lock that it does not hold yet. This function takes one
 * and gives it back, on a catalog that migrations have no reason to lock.
 */
const notice = "select pg_catalog.pg_relation_size('pg_catalog.pg_largeobject_metadata')";

/** @param connect opens a single connection as a superuser; called when it is first needed. */
export function createElevation(connect: () => postgres.Sql): Elevation {
  let admin: postgres.Sql | undefined;
  return {
    async run(session, statement) {
      admin ??= connect();
      // The role's row may be locked by the very transaction that waits for us.
      await admin.unsafe("set lock_timeout = '2s'");
      await admin.unsafe('alter role postgres superuser');
      try {
        await session.unsafe(notice);
        await session.unsafe(statement);
      } finally {
        await admin.unsafe('alter role postgres nosuperuser');
      }
      await session.unsafe(notice);
    },
    async end() {
      await admin?.end({ timeout: 1 });
    },
  };
}
