import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { parseJson } from '../contracts/json-file.ts';
import type { Target } from './target.ts';

const CONNECTION_VERSION = 1;

const loopback = z
  .url()
  .refine(
    (text) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(text).hostname),
    'must be on this machine (127.0.0.1, localhost or [::1])',
  );

const connectionSchema = z.strictObject({
  v: z.literal(CONNECTION_VERSION),
  description: z.string(),
  supabase_url: loopback,
  rest_url: loopback,
  secret_key: z.string().min(1),
  database_url: loopback,
  versions: z.record(z.string(), z.string()),
});

/**
 * Writes how to reach a running local target, for other commands. The file holds keys: only its owner may read it. An
 * existing file is left alone.
 *
 * @throws UsageError when the file exists or its folder cannot be written
 */
export async function writeConnection(file: string, target: Target): Promise<void> {
  const connection: z.infer<typeof connectionSchema> = {
    v: CONNECTION_VERSION,
    description: target.description,
    supabase_url: target.supabaseUrl,
    rest_url: target.restUrl,
    secret_key: target.secretKey,
    database_url: target.databaseUrl ?? '',
    versions: { ...target.versions },
  };
  try {
    await writeFile(file, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`--connection ${file}: cannot be written (${messageOf(error)})`, [
      'name a file that does not exist yet; remove the old one if its target is gone',
    ]);
  }
}

/**
 * A local target that another process runs, from its connection file.
 *
 * @throws UsageError when the file is missing or damaged, or leads away from this machine
 */
export async function attachTarget(file: string): Promise<Target> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--target ${file}: no such connection file (${messageOf(error)})`, [
      'use --target local, or start a target first: npm run stress -- target --connection FILE',
    ]);
  });
  const connection = parseJson(file, text, connectionSchema, CONNECTION_VERSION);
  const password = decodeURIComponent(new URL(connection.database_url).password);
  return {
    kind: 'local',
    project: 'local',
    description: connection.description,
    supabaseUrl: connection.supabase_url,
    restUrl: connection.rest_url,
    secretKey: connection.secret_key,
    databaseUrl: connection.database_url,
    versions: connection.versions,
    secrets: [connection.secret_key, password].filter((secret) => secret !== ''),
    stop: async () => {},
  };
}
