import type postgres from 'postgres';

/** Does what the platform lets `postgres` do, although PostgreSQL asks for a superuser. */
export interface Elevation {
  /** Runs an action while the role `postgres` is a superuser, and no longer. */
  run<T>(action: () => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/** @param connect opens a single connection as a superuser; called when it is first needed. */
export function createElevation(connect: () => postgres.Sql): Elevation {
  let admin: postgres.Sql | undefined;
  return {
    async run(action) {
      admin ??= connect();
      // The role's row may be locked by the very transaction that waits for us.
      await admin.unsafe("set lock_timeout = '2s'; alter role postgres superuser");
      try {
        return await action();
      } finally {
        await admin.unsafe('alter role postgres nosuperuser');
      }
    },
    async end() {
      await admin?.end({ timeout: 1 });
    },
  };
}
