import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@supabase/supabase-js';
import { build } from 'esbuild';
import { WebSocket } from 'ws';
import { watchLoad } from '../observe/watch-load.ts';
import { connectDatabase } from '../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../target/embedded.ts';
import { resolveK6 } from '../target/k6/resolve.ts';
import { seedTakenTable } from './taken-table.ts';

/**
 * What recording and watching cost: the same call from four callers, each for the same time and with as many callers at
 * once, one after the other in every repetition, so that what else goes on meets them all. Only ratios mean something.
 */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 5);
const USERS = 16;

const run = promisify(execFile);
const folder = await mkdtemp(path.join(tmpdir(), 'table-stress-bench-'));
const target = await startEmbedded({
  migrations: path.join(import.meta.dirname, '..', 'reference', 'migrations'),
});
try {
  const sql = await connectDatabase(target.databaseUrl, 'bench');
  const { table, rival } = await seedTakenTable(sql);
  const k6 = await resolveK6({});
  const scripts = await bundle(folder);
  const environment = {
    ...process.env,
    BENCH_BOOKING: rival,
    BENCH_TABLE: table,
    BENCH_USERS: String(USERS),
    BENCH_SECONDS: String(SECONDS),
    TABLE_STRESS_PLAN: 'none',
    TABLE_STRESS_REST_URL: target.restUrl,
    TABLE_STRESS_SCHEMA: 'public',
    SUPABASE_SECRET_KEY: target.secretKey,
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
  };
  const sides: Record<string, () => Promise<number>> = {
    'k6, plain': () => runK6(k6.path, scripts.plain, environment),
    'k6, recorded and watched': async () => {
      const unwatch = watchLoad(sql, path.join(folder, 'observations.ndjson'), () => []);
      const rate = await runK6(k6.path, scripts.recorded, environment);
      await unwatch();
      return rate;
    },
    'supabase-js, promise pool': () => callInPool(target, rival, table),
    wrk: () => runWrk(target, rival, table),
  };
  const rates = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    for (const [name, measure] of Object.entries(sides)) {
      const rate = await measure();
      rates.get(name)?.push(rate);
      process.stderr.write(`${repetition + 1}/${REPETITIONS} ${name}: ${rate.toFixed(0)} calls/s\n`);
    }
  }
  print(rates);
  await sql.end({ timeout: 1 });
} finally {
  await target.stop();
  await rm(folder, { recursive: true, force: true });
}

async function bundle(into: string): Promise<{ plain: string; recorded: string }> {
  const sources = ['plain', 'recorded'].map((name) => path.join(import.meta.dirname, 'k6', `${name}.ts`));
  await build({
    entryPoints: sources,
    outdir: into,
    bundle: true,
    external: ['k6'],
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
  });
  return { plain: path.join(into, 'plain.js'), recorded: path.join(into, 'recorded.js') };
}

async function runK6(program: string, script: string, env: NodeJS.ProcessEnv): Promise<number> {
  const summary = path.join(folder, 'summary.json');
  const history = path.join(folder, 'history.ndjson');
  await run(
    program,
    [
      'run',
      '--quiet',
      '--no-usage-report',
      '--log-format=raw',
      `--console-output=${history}`,
      `--summary-export=${summary}`,
      script,
    ],
    { env, maxBuffer: 1e9 },
  );
  const { metrics } = JSON.parse(await readFile(summary, 'utf8')) as {
    metrics: Record<string, { rate?: number }>;
  };
  await rm(history, { force: true });
  return metrics.http_reqs?.rate ?? 0;
}

async function callInPool(
  { postgrestUrl, secretKey }: EmbeddedSupabase,
  booking: string,
  table: string,
): Promise<number> {
  // Straight to PostgREST, as the others do: it does not know the gateway's prefix.
  const straight: typeof fetch = (address, init) => fetch(String(address).replace('/rest/v1', ''), init);
  const client = createClient(postgrestUrl, secretKey, {
    global: { fetch: straight },
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  const until = performance.now() + SECONDS * 1000;
  const started = performance.now();
  let calls = 0;
  await Promise.all(
    Array.from({ length: USERS }, async () => {
      while (performance.now() < until) {
        const parameters = { p_booking_id: booking, p_table_ids: [table] };
        const { error } = await client.rpc('assign_tables_atomic_v2', parameters);
        if (error?.code !== 'P0001') throw new Error(`not the call that is measured: ${error?.message}`);
        calls += 1;
      }
    }),
  );
  return (calls * 1000) / (performance.now() - started);
}

async function runWrk(
  { restUrl, secretKey }: EmbeddedSupabase,
  booking: string,
  table: string,
): Promise<number> {
  const script = path.join(folder, 'request.lua');
  const body = JSON.stringify({ p_booking_id: booking, p_table_ids: [table] });
  await writeFile(
    script,
    `wrk.method = "POST"
wrk.body = [[${body}]]
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Content-Profile"] = "public"
wrk.headers["apikey"] = os.getenv("BENCH_KEY")
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")
`,
  );
  const { stdout } = await run(
    'wrk',
    ['-t1', `-c${USERS}`, `-d${SECONDS}s`, '-s', script, `${restUrl}/rpc/assign_tables_atomic_v2`],
    { env: { ...process.env, BENCH_KEY: secretKey } },
  ).catch(() => ({ stdout: '' }));
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
}

function print(rates: ReadonlyMap<string, number[]>): void {
  const plain = rates.get('k6, plain') ?? [];
  const lines = [
    '| caller | calls per second, median | against plain k6, median of the pairs |',
    '|---|---|---|',
    ...[...rates].map(([name, values]) => {
      const ratios = values.map((value, index) => value / (plain[index] ?? Number.NaN));
      return `| ${name} | ${median(values).toFixed(0)} | ${median(ratios).toFixed(2)} |`;
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
