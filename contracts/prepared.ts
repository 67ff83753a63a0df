import { z } from 'zod';
import { untaggedSchema } from './teardown-result.ts';

/** Version of prepared.json's format. */
export const PREPARED_VERSION = 1;

/**
 * What only the time before the load can tell, kept for the command that collects what others recorded: it removes the
 * rows and proves that all others are as they were.
 */
export const preparedSchema = z.strictObject({
  v: z.literal(PREPARED_VERSION),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  prepared_at: z.iso.datetime(),
  /** When the isolated schema was made, by its marker; null where only the API is known. */
  schema_created_at: z.string().nullable(),
  /** Rows without a tag in the isolated schema; null where they could not be read. */
  untagged_before: z.array(untaggedSchema).nullable(),
  /** Primary keys of those rows, by table; null when others used the schema at the same time. */
  known: z.record(z.string(), z.array(z.string())).nullable(),
  /** The deployed schema; null where it could not be read. */
  source: z
    .strictObject({
      schema: z.string(),
      tables: z.array(z.string()),
      unread: z.array(z.string()),
      rows: z.array(untaggedSchema).nullable(),
    })
    .nullable(),
  shared: z.boolean(),
  /** How scenarios reach the target, by scenario: variables of their environment, without the key. */
  environment: z.record(z.string(), z.record(z.string(), z.string())),
});
export type Prepared = z.infer<typeof preparedSchema>;
