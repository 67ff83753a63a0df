import os from 'node:os';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { standardCases, tellingCases } from '../explore/cases/standard.ts';
import { Workbench } from '../explore/database/workbench.ts';
import { CaseExplorer } from '../explore/explore-case.ts';
import { instrumentSchema } from '../explore/instrument/schema.ts';
import { readConstraints } from '../explore/search/constraints.ts';
import { FootprintReader } from '../explore/search/read-footprints.ts';
import { cloneSchema } from '../isolate/clone.ts';
import { copyLookupRows } from '../isolate/lookup-rows.ts';
import { startEmbedded } from '../target/embedded.ts';

/** Milliseconds for each schedule of the two most telling cases, which the issue bounds by 20. */
const SCHEMA = 'bench_explore';
const TAG = 'be0cbe0c';

const migrations = fileURLToPath(new URL('../reference/migrations', import.meta.url));
const target = await startEmbedded({ migrations });
const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
try {
  await cloneSchema(sql, {
    source: 'public',
    schema: SCHEMA,
    virtualClock: false,
    allow: [],
    schemaComment: 'bench',
    beforeCommit: async (transaction) => {
      await copyLookupRows(transaction, 'public', SCHEMA, []);
    },
  });
  const instrumentation = await instrumentSchema(sql, SCHEMA);
  const reader = new FootprintReader(instrumentation, await readConstraints(sql, SCHEMA));
  const origin = { tag: TAG, seed: 1, anchor: Date.now() };
  const workbench = await Workbench.open(target.databaseUrl, instrumentation, origin);
  console.log('| case | schedules | ms each | CPU ms of this process each | load of the machine |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const definition of standardCases.filter(({ name }) => tellingCases.includes(name))) {
    const before = process.cpuUsage();
    const explorer = new CaseExplorer({
      workbench,
      reader,
      definition,
      context: { run: TAG, databaseClock: { offset_ms: 0, error_ms: 1 } },
      limits: {
        preemptions: 2,
        budget: 120_000,
        deadline: 10_000,
        samples: 0,
        reduce: true,
        seed: 1,
        keepGoing: true,
      },
    });
    const { schedules, ms } = await explorer.explore();
    const { user, system } = process.cpuUsage(before);
    const cells = [
      definition.name,
      schedules,
      (ms / schedules).toFixed(1),
      ((user + system) / 1000 / schedules).toFixed(1),
      (os.loadavg()[0] ?? 0).toFixed(1),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  await workbench.close();
} finally {
  await sql.end({ timeout: 5 });
  await target.stop();
}
