import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import type { SchemaDescription } from '../../../contracts/schema-description.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

/** An application other than the reference, deployed to a local project. */
export interface Application {
  readonly target: EmbeddedSupabase;
  readonly schema: string;
  readonly description: SchemaDescription;
  /** As the role of the migrations; unqualified names are the application's. */
  readonly sql: postgres.Sql;
  /** Open connections, one for each contender of a race. */
  connect(count: number): Promise<postgres.Sql>;
  stop(): Promise<void>;
}

export function migrationsOf(name: string): string {
  return fileURLToPath(new URL(`../../applications/${name}/migrations`, import.meta.url));
}

/** Starts a local project with the application of that name in it. */
export async function startApplication(name: string): Promise<Application> {
  const schema = 'public';
  const target = await startEmbedded({ migrations: migrationsOf(name) });
  const clients: postgres.Sql[] = [];
  const connect = async (count: number) => {
    const client = postgres(target.databaseUrl, {
      max: count,
      onnotice: () => {},
      connection: { search_path: `${schema}, public` },
    });
    clients.push(client);
    await Promise.all(Array.from({ length: count }, () => client`select pg_sleep(0.05)`));
    return client;
  };
  const sql = await connect(4);
  return {
    target,
    schema,
    description: await describeFromCatalog(sql, schema),
    sql,
    connect,
    async stop() {
      await Promise.all(clients.map((client) => client.end({ timeout: 5 })));
      await target.stop();
    },
  };
}
