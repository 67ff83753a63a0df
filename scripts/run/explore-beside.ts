import { mkdir } from 'node:fs/promises';
import { messageOf, StressError } from '../../contracts/errors.ts';
import { describeClaim } from '../../contracts/explore-claim.ts';
import { EXPLORE_VERSION, type ExploreResult } from '../../contracts/explore-result.ts';
import { writeJson } from '../../contracts/json-file.ts';
import type { Progress } from '../../contracts/progress.ts';
import { standardCases, tellingCases } from '../../explore/cases/standard.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { redact } from '../../target/redact.ts';
import { exploreCases } from '../explore/explore-cases.ts';
import { type InstrumentedCopy, withInstrumentedCopy } from '../explore/instrumented-copy.ts';
import type { ExploreRequest } from '../explore/request.ts';
import { writeFindings } from '../explore/write.ts';
import { within } from '../stage-reporter.ts';
import type { OpenTarget } from './open-target.ts';
import { databaseOf } from './remove-isolation.ts';
import type { RunContext } from './under-load.ts';

/** Milliseconds that are left for schedules in any case: those without preemptions take less. */
const LEAST = 1000;
/** Of the time, what the removal takes. */
const REMOVAL = 300;

/**
 * Stage explore: the two most telling cases in an instrumented copy of the deployed schema, beside the one that got the
 * load. What a short exploration finds makes the run fail; one that cannot be made, or is not done in time, claims less
 * and nothing else. No copy is left, however it ends.
 */
export async function exploreBeside(run: RunContext, open: OpenTarget, abort: AbortSignal): Promise<void> {
  const { request, reporter, folder } = run;
  if (request.explore === null) return;
  abort.throwIfAborted();
  const result = await reporter.stage(
    'explore',
    async (progress) => {
      const explored = await explore(run, open, abort, progress).catch(notExplored(run, open, abort));
      await mkdir(folder.explore, { recursive: true });
      await writeJson(folder.exploreResult, explored);
      return explored;
    },
    describe,
    ({ verdict, left }) => verdict === 'pass' && left === null,
  );
  if (result.left !== null) {
    reporter.say(
      `  → ${result.left}; npm run stress -- teardown --run ${run.plan.tag} --target ${request.target}`,
    );
  }
  abort.throwIfAborted();
}

async function explore(
  run: RunContext,
  open: OpenTarget,
  signal: AbortSignal,
  progress: Progress,
): Promise<ExploreResult> {
  const begun = performance.now();
  const { target } = open;
  const wanted = requestOf(run);
  const sql = await connectDatabase(databaseOf(target), 'explore');
  try {
    const anchor = Date.parse(run.plan.anchor);
    const context = {
      database: { sql, target },
      request: wanted,
      anchor,
      reporter: within(progress),
      signal,
    };
    const search = async (copy: InstrumentedCopy): Promise<ExploreResult> => {
      const time = Math.max(LEAST, wanted.time - REMOVAL - (performance.now() - begun));
      const request = { ...wanted, time };
      const found = await exploreCases({ ...context, request }, [copy], process.argv.slice(2));
      await mkdir(run.folder.explore, { recursive: true });
      return writeFindings(run.folder.explore, found, request, copy.workbench);
    };
    // What breaks off in the copy must not hide what became of the copy.
    const { result, left } = await withInstrumentedCopy(context, (copy) =>
      search(copy).catch(notExplored(run, open, signal)),
    );
    return { ...result, left };
  } finally {
    await sql.end({ timeout: 2 });
  }
}

function requestOf({ request, plan }: RunContext): ExploreRequest {
  const { target, migrations, broken, isolation, out, seed, explore } = request;
  return {
    target,
    migrations,
    broken,
    isolation: { ...isolation, clock: 'real', schema: `table_stress_explore_${plan.tag}` },
    tag: plan.tag,
    seed,
    cases: standardCases.filter(({ name }) => tellingCases.includes(name)),
    preemptions: 2,
    time: explore ?? 0,
    deadline: Math.max(LEAST, explore ?? 0),
    samples: 0,
    reduce: true,
    keepGoing: false,
    jobs: 1,
    replay: null,
    out,
  };
}

/** What stands for the result when there is none: why. An interrupt is no such reason, and goes on. */
function notExplored(
  { plan, request }: RunContext,
  { target }: OpenTarget,
  abort: AbortSignal,
): (error: unknown) => ExploreResult {
  return (error) => {
    abort.throwIfAborted();
    const [reason = ''] = messageOf(error).split('\n');
    return {
      v: EXPLORE_VERSION,
      run: plan.tag,
      command: process.argv.slice(2),
      started_at: new Date().toISOString(),
      target: target.description,
      broken: request.broken,
      seed: request.seed,
      fingerprint: '',
      verdict: 'unknown',
      interrupted: false,
      ms: 0,
      cases: [],
      points: 0,
      uninstrumented: [],
      notes: [],
      skipped: redact(error instanceof StressError ? reason : `it broke off (${reason})`, target.secrets),
      left: null,
    };
  };
}

function describe({ cases, skipped }: ExploreResult): string {
  if (skipped !== null) return `not observed: ${skipped}`;
  return cases.map((each) => `${each.name}: ${describeClaim(each)}`).join('; ');
}
