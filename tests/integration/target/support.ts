import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { EmbeddedSupabase } from '../../../target/embedded.ts';

/** Whether a process does anything: in a container without a reaper a zombie can stay for a while. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return !/\) Z /.test(stat);
}

/** What a stopped or crashed target may not leave behind. */
export function leftovers(target: Pick<EmbeddedSupabase, 'processes' | 'folder'>): string[] {
  const left = Object.entries(target.processes).filter(([, pid]) => isRunning(pid));
  const names = left.map(([name]) => name);
  return existsSync(target.folder) ? [...names, target.folder] : names;
}

/** A connection that is closed after the test. */
export function connection(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

export function client(target: EmbeddedSupabase, key: string): SupabaseClient {
  return createClient(target.supabaseUrl, key, {
    realtime: { transport: WebSocket as never },
    auth: { persistSession: false },
  });
}

/** A folder of migrations, `name: text`; the caller removes it. */
export async function migrationsFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ts-migrations-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
