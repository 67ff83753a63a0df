import { type BrokenVariant, listBroken } from '../../reference/broken.ts';

/** Defects that calls under way together show, and not one call after the other. */
const categories: readonly BrokenVariant['category'][] = ['locking', 'isolation', 'constraints', 'progress'];
const others: readonly string[] = ['exception-swallowed', 'acked-before-durable', 'unlogged-assignments'];

/** What no order of two calls can show, with the reason. */
export const beyondExplore: Readonly<Record<string, string>> = {
  'acked-before-durable': 'only a crash shows it',
  'unlogged-assignments': 'only a crash shows it',
  'one-global-lock': 'no order of the calls is wrong, they are only slow',
  'sleep-under-lock': 'no order of the calls is wrong, they are only slow',
};

/** The variants of the table. */
export async function concurrencyVariants(): Promise<BrokenVariant[]> {
  return (await listBroken()).filter(
    ({ id, category }) => categories.includes(category) || others.includes(id),
  );
}
