import postgres from 'postgres';

/** Where sessions are opened. */
export interface DatabaseAddress {
  /** Direct or session-pooler connection string. */
  readonly databaseUrl: string;
  /** Path of the database's socket on this machine: a schedule takes a fifth less time by it. null: none, so TCP. */
  readonly databaseSocket: string | null;
}

/** A client of one connection, which stays until it is ended. */
export function openClient(
  { databaseUrl, databaseSocket }: DatabaseAddress,
  options: { purpose: string; onNotice: (message: string) => void },
): postgres.Sql {
  return postgres(databaseUrl, {
    ...(databaseSocket === null ? {} : { path: databaseSocket }),
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: ({ message = '' }) => options.onNotice(message),
    connection: {
      application_name: `table-stress explore ${options.purpose}`,
      TimeZone: 'UTC',
      DateStyle: 'ISO',
    },
  });
}
