import { messageOf } from '../contracts/errors.ts';
import type { OpenDatabase } from './open-database.ts';
import { dropSchema } from './run/remove-isolation.ts';
import type { Stages } from './stage-reporter.ts';

/** A clone that a command made for itself, and what names it to the user. */
export interface OwnClone {
  schema: string;
  /** For instance `the clone`. */
  what: string;
  tag: string;
  /** What `--target` named. */
  target: string;
}

/** @returns what is left of the clone; null when nothing is */
export async function removeClone(
  database: Pick<OpenDatabase, 'sql' | 'target'>,
  reporter: Stages,
  { schema, what, tag, target }: OwnClone,
): Promise<string | null> {
  const { removed, problems } = await reporter
    .stage(
      'removal',
      () => dropSchema(database.sql, database.target, schema),
      (result) => (result.removed ? `schema ${schema} and its role are gone` : result.problems.join('; ')),
      (result) => result.removed,
    )
    .catch((error: unknown) => ({ removed: false, problems: [messageOf(error)] }));
  if (removed) return null;
  reporter.say(`  → npm run stress -- teardown --run ${tag} --target ${target}`);
  return `${what} ${schema} is not removed: ${problems.join('; ')}`;
}
