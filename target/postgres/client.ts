import postgres from 'postgres';
import { reconnecting } from './reconnecting.ts';

/** One connection for set-up work. Every option is given, so that no PG* variable of the user takes part. */
export function connect(options: {
  port: number;
  user: string;
  password: string;
  database?: string;
}): postgres.Sql {
  return reconnecting({
    open: (hooks) =>
      postgres({
        ...hooks,
        host: '127.0.0.1',
        port: options.port,
        user: options.user,
        pass: options.password,
        database: options.database ?? 'postgres',
        ssl: false,
        max: 1,
        connect_timeout: 10,
        idle_timeout: 0,
        onnotice: () => {},
        connection: { application_name: 'table-stress setup' },
      }),
  });
}
