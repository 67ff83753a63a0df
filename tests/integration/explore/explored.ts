import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { type CaseDefinition, caseDefinitionSchema } from '../../../contracts/explore-case.ts';
import type { CaseResult } from '../../../contracts/explore-result.ts';
import type { CaseLimits } from '../../../explore/case-limits.ts';
import { standardCases } from '../../../explore/cases/standard.ts';
import { Workbench } from '../../../explore/database/workbench.ts';
import { CaseExplorer } from '../../../explore/explore-case.ts';
import { type Instrumentation, instrumentSchema } from '../../../explore/instrument/schema.ts';
import { readConstraints } from '../../../explore/search/constraints.ts';
import { FootprintReader } from '../../../explore/search/read-footprints.ts';
import { cloneSchema } from '../../../isolate/clone.ts';
import { copyLookupRows } from '../../../isolate/lookup-rows.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

export const TAG = 'e0e0e0e0';

/** An instrumented copy of the reference application, with what a patch made of it. */
export interface Explored {
  readonly target: EmbeddedSupabase;
  readonly instrumentation: Instrumentation;
  readonly workbench: Workbench;
  explorer(definition: CaseDefinition, limits?: Partial<CaseLimits>): CaseExplorer;
  explore(definition: CaseDefinition, limits?: Partial<CaseLimits>): Promise<Explorations>;
  close(): Promise<void>;
}

export interface Explorations {
  readonly result: CaseResult;
  readonly outcomes: ReadonlyMap<string, number>;
}

export async function startTarget(): Promise<EmbeddedSupabase> {
  const migrations = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));
  return startEmbedded({ migrations });
}

let copies = 0;

/** Copies the deployed schema, instruments the copy, and opens sessions on it. */
export async function openExplored(target: EmbeddedSupabase): Promise<Explored> {
  const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
  copies += 1;
  const schema = `explored_${copies}`;
  await cloneSchema(sql, {
    source: 'public',
    schema,
    virtualClock: false,
    allow: [],
    schemaComment: 'a test',
    beforeCommit: async (transaction) => {
      await copyLookupRows(transaction, 'public', schema, []);
    },
  });
  const instrumentation = await instrumentSchema(sql, schema);
  const reader = new FootprintReader(instrumentation, await readConstraints(sql, schema));
  const origin = { tag: TAG, seed: copies, anchor: Date.now() };
  const workbench = await Workbench.open(target.databaseUrl, instrumentation, origin);
  const explorer = (definition: CaseDefinition, limits: Partial<CaseLimits> = {}): CaseExplorer =>
    new CaseExplorer({
      workbench,
      reader,
      definition,
      context: { run: TAG, databaseClock: { offset_ms: 0, error_ms: 1 } },
      limits: {
        preemptions: 2,
        budget: 60_000,
        deadline: 10_000,
        samples: 0,
        reduce: true,
        seed: 1,
        keepGoing: false,
        ...limits,
      },
    });
  return {
    target,
    instrumentation,
    workbench,
    explorer,
    async explore(definition, limits = {}) {
      const one = explorer(definition, limits);
      return { result: await one.explore(), outcomes: one.seen };
    },
    async close() {
      await workbench.close();
      await sql.end({ timeout: 5 });
    },
  };
}

export function standardCase(name: string): CaseDefinition {
  const found = standardCases.find((each) => each.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  return found;
}

/** Two calls of a function of one argument, the id of a table that nobody else has. */
export function pair(name: string, first: string, second: string): CaseDefinition {
  const call = (text: string) => ({ sql: `select to_json(${text}) as body` });
  return caseDefinitionSchema.parse({
    name,
    about: 'A pair of small functions.',
    tables: { t1: {}, t2: {} },
    bookings: { a: {} },
    calls: [call(first), call(second)],
  });
}
