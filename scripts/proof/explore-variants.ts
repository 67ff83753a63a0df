import type { CaseResult, ExploreFinding } from '../../contracts/explore-result.ts';
import { silent } from '../../contracts/progress.ts';
import { standardCases } from '../../explore/cases/standard.ts';
import { CaseExplorer } from '../../explore/explore-case.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import { applyBroken } from '../../reference/broken.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { type InstrumentedCopy, withInstrumentedCopy } from '../explore/instrumented-copy.ts';
import { openTarget } from '../run/open-target.ts';
import { freshTag } from '../run/request.ts';
import { within } from '../stage-reporter.ts';

/** Most preemptions that a defect may need. */
export const BOUND = 2;
/** Milliseconds for one schedule. */
const DEADLINE = 10_000;

/** Cases of two calls. */
export const pairs = standardCases.filter(({ calls }) => calls.length === 2);

/** How a broken variant was found. */
export interface FoundByExplore {
  readonly case: string;
  readonly finding: ExploreFinding;
  /** Schedules of all cases until then. */
  readonly schedules: number;
  /** From the first schedule on. */
  readonly seconds: number;
}

/**
 * Explores the cases of two calls bound by bound, as the command does, until one breaks the promise.
 *
 * @param promise that is expected; another one is the answer only when the time is over or nothing is left
 * @param seconds for all cases together
 * @returns null when nothing was found
 */
export async function exploreVariant(
  broken: string,
  promise: string,
  seconds: number,
): Promise<FoundByExplore | null> {
  return withExplorers(broken, async (explorers) => {
    const begun = performance.now();
    const spent = (): number => performance.now() - begun;
    let other: FoundByExplore | null = null;
    for (let bound = 0; bound <= BOUND; bound += 1) {
      for (const explorer of explorers) {
        const left = seconds * 1000 - spent();
        if (left <= 0) return other;
        await explorer.advance(bound, left);
        const { name, findings } = explorer.result();
        const [first] = findings;
        const finding = findings.find((each) => each.promise === promise);
        if (!first || (!finding && other)) continue;
        const schedules = explorers.reduce((sum, each) => sum + each.result().schedules, 0);
        const found = { case: name, schedules, seconds: spent() / 1000 };
        if (finding) return { ...found, finding };
        other = { ...found, finding: first };
      }
    }
    return other;
  });
}

/** What came of the correct application. */
export interface TriedCorrect {
  readonly cases: number;
  readonly schedules: number;
  readonly seconds: number;
  /** Cases that broke a promise, or of which less than all up to the bound can be said. */
  readonly open: readonly string[];
}

/** Explores the correct application's cases of two calls to the bound. @param begun is told of each case */
export async function exploreCorrect(begun: (name: string) => void): Promise<TriedCorrect> {
  return withExplorers(null, async (explorers) => {
    const start = performance.now();
    for (const explorer of explorers) {
      begun(explorer.result().name);
      for (let bound = 0; bound <= BOUND; bound += 1) {
        await explorer.advance(bound, Number.POSITIVE_INFINITY);
      }
    }
    const results = explorers.map((explorer) => explorer.result());
    const whole = ({ verdict, claim }: CaseResult): boolean =>
      verdict === 'pass' &&
      (claim.kind === 'all' || (claim.kind === 'bounded' && claim.preemptions >= BOUND));
    return {
      cases: results.length,
      schedules: results.reduce((sum, { schedules }) => sum + schedules, 0),
      seconds: (performance.now() - start) / 1000,
      open: results.filter((result) => !whole(result)).map(({ name }) => name),
    };
  });
}

/** Lends explorers of all pairs in an instrumented copy on a target of its own. */
async function withExplorers<T>(
  broken: string | null,
  use: (explorers: CaseExplorer[]) => Promise<T>,
): Promise<T> {
  const { signal } = new AbortController();
  const open = await openTarget('local', { progress: silent, signal, viaGateway: false, migrations: null });
  const { target } = open;
  try {
    const sql = await connectDatabase(target.databaseUrl ?? '', 'explore');
    try {
      if (broken !== null) await applyBroken(sql, broken);
      const tag = freshTag();
      const context = { run: tag, databaseClock: await measureDatabaseClock(sql) };
      const limits = {
        preemptions: BOUND,
        budget: Number.POSITIVE_INFINITY,
        deadline: DEADLINE,
        samples: 0,
        reduce: true,
        seed: 1,
        keepGoing: false,
      };
      const explorersIn = ({ workbench, reader }: InstrumentedCopy): CaseExplorer[] =>
        pairs.map((definition) => new CaseExplorer({ workbench, reader, definition, context, limits }));
      const { result } = await withInstrumentedCopy(
        {
          database: { sql, target },
          request: {
            tag,
            seed: 1,
            target: 'local',
            isolation: {
              source: 'public',
              schema: `table_stress_explore_${tag}`,
              allow: [],
              copy: [],
              clock: 'real',
            },
          },
          anchor: Date.now(),
          reporter: within(silent),
          signal,
        },
        (copy) => use(explorersIn(copy)),
      );
      return result;
    } finally {
      await sql.end({ timeout: 2 });
    }
  } finally {
    await open.close();
  }
}
