import { Workbench } from '../../explore/database/workbench.ts';
import { instrumentSchema } from '../../explore/instrument/schema.ts';
import { readConstraints } from '../../explore/search/constraints.ts';
import { FootprintReader } from '../../explore/search/read-footprints.ts';
import { isolate } from '../../isolate/isolate.ts';
import type { OpenDatabase } from '../open-database.ts';
import { removeClone } from '../remove-clone.ts';
import { databaseOf } from '../run/remove-isolation.ts';
import type { Stages } from '../stage-reporter.ts';
import type { Copies } from './explore-cases.ts';
import type { ExploreRequest } from './request.ts';

/** What making a copy takes. */
export interface CopyContext {
  database: Pick<OpenDatabase, 'sql' | 'target'>;
  request: Pick<ExploreRequest, 'isolation' | 'tag' | 'seed' | 'target'>;
  /** Wall clock at the begin, milliseconds since the epoch. */
  anchor: number;
  reporter: Stages;
  signal: AbortSignal;
}

/** An instrumented copy with what explores in it. */
export interface InstrumentedCopy {
  readonly workbench: Workbench;
  readonly reader: FootprintReader;
  /** Over the deployed functions. */
  readonly fingerprint: string;
}

/**
 * Clones the deployed schema into one of its own, instruments the clone, lends it, and removes it. It is not exposed: no
 * call goes through the API.
 *
 * @throws TargetError when the schema cannot be cloned
 */
export async function withInstrumentedCopy<T>(
  context: CopyContext,
  use: (copy: InstrumentedCopy) => Promise<T>,
): Promise<{ result: T; left: string | null }> {
  const { database, request, anchor, reporter, signal } = context;
  const { sql, target } = database;
  const { isolation, tag, seed } = request;
  const made = await reporter.stage(
    'copy',
    (progress) =>
      isolate({
        ...isolation,
        sql,
        api: null,
        project: target.project,
        purpose: 'run',
        run: tag,
        progress,
        signal,
      }),
    ({ isolation: copy }) => `schema ${copy.schema}, a clone of ${copy.source}`,
  );
  let left: string | null = null;
  let result: T;
  try {
    const instrumentation = await reporter.stage(
      'instrument',
      () => instrumentSchema(sql, isolation.schema),
      ({ points, uninstrumented }) =>
        `${points.size} yield points${uninstrumented.length > 0 ? `; ${uninstrumented.length} places are no step of their own, see the report` : ''}`,
    );
    const reader = new FootprintReader(instrumentation, await readConstraints(sql, isolation.schema));
    const origin = { tag, seed, anchor };
    const workbench = await Workbench.open(databaseOf(target), instrumentation, origin);
    try {
      result = await use({ workbench, reader, fingerprint: made.isolation.fingerprint });
    } finally {
      await workbench.close();
    }
  } finally {
    left = await removeClone(database, reporter, {
      schema: isolation.schema,
      what: 'the copy',
      tag,
      target: request.target,
    });
  }
  return { result, left };
}

/** The same for several databases: a copy in each, lent together. What is left is said of all of them. */
export async function withInstrumentedCopies<T>(
  contexts: readonly [CopyContext, ...CopyContext[]],
  use: (copies: Copies) => Promise<T>,
): Promise<{ result: T; left: string | null }> {
  const [first, ...others] = contexts;
  const nested = async (
    rest: readonly CopyContext[],
    copies: Copies,
  ): Promise<{ result: T; left: string | null }> => {
    const [next, ...later] = rest;
    if (next === undefined) return { result: await use(copies), left: null };
    const { result, left } = await withInstrumentedCopy(next, (copy) => nested(later, [...copies, copy]));
    return { result: result.result, left: joined(left, result.left) };
  };
  const { result, left } = await withInstrumentedCopy(first, (copy) => nested(others, [copy]));
  return { result: result.result, left: joined(left, result.left) };
}

function joined(...texts: (string | null)[]): string | null {
  const some = texts.filter((text) => text !== null);
  return some.length === 0 ? null : some.join('; ');
}
