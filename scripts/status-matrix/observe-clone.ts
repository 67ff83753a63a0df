import { UsageError } from '../../contracts/errors.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { isolate } from '../../isolate/isolate.ts';
import { observeOnClock } from '../../status-matrix/observe-on-clock.ts';
import type { RefreshRecord } from '../../status-matrix/record.ts';
import { planWalks } from '../../status-matrix/walks.ts';
import { removeClone } from '../remove-clone.ts';
import type { MatrixContext } from './find-matrix.ts';

/**
 * Clones the deployed schema with a virtual clock, steps the clock through the matrix, and removes the clone. It is not
 * exposed: no call goes through the API.
 *
 * @returns what was seen, and what is left of the clone; null when nothing is
 * @throws UsageError when a schema of that name is there already; TargetError when the clone cannot be made
 */
export async function observeClone(
  context: MatrixContext,
): Promise<{ records: RefreshRecord[]; notes: string[]; left: string | null }> {
  const { database, request, origin, reporter, signal } = context;
  const { sql, target } = database;
  const { isolation } = request;
  const { isolation: made } = await reporter.stage(
    'clone',
    (progress) =>
      isolate({
        ...isolation,
        sql,
        api: null,
        project: target.project,
        purpose: 'run',
        run: origin.tag,
        progress,
        signal,
      }),
    ({ isolation: clone }) => `schema ${clone.schema}, a clone of ${clone.source} with a virtual clock`,
  );
  // Whoever made it may be setting its clock right now.
  if (made.made === 'before') {
    throw new UsageError(
      `--schema ${isolation.schema}: is there already; its clock must be this command's own`,
      ['leave out --schema, or name one that does not exist'],
    );
  }
  let left: string | null = null;
  let seen: Awaited<ReturnType<typeof observeOnClock>>;
  try {
    seen = await reporter.stage(
      'virtual clock',
      async (progress) => {
        const description = await describeFromCatalog(sql, isolation.schema);
        const walks = planWalks(origin.anchor);
        return observeOnClock(sql, {
          schema: isolation.schema,
          description,
          walks,
          origin,
          progress,
          signal,
        });
      },
      ({ records }) => `${records.length} steps tried`,
    );
  } finally {
    left = await removeClone(database, reporter, {
      schema: isolation.schema,
      what: 'the clone',
      tag: origin.tag,
      target: request.target,
    });
  }
  return { ...seen, left };
}
