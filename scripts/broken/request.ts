import { UsageError } from '../../contracts/errors.ts';
import { listBroken } from '../../reference/broken.ts';
import { numberOption, whole } from '../number-option.ts';
import { seedFrom } from '../run/request.ts';
import type { BrokenRequest } from './run-all.ts';

/** As commander hands them over. */
export interface BrokenOptions {
  seed: string;
  correct?: string;
  jobs: string;
  out: string;
  keep?: true;
  json?: true;
  jsonFile?: string;
}

/** First seed of the runs of the correct application. */
const FIRST_SEED = 100;

/** @throws UsageError that names the option or variant, what is wrong with it, and what is known */
export async function checkBrokenRequest(
  ids: readonly string[],
  options: BrokenOptions,
): Promise<BrokenRequest> {
  const known = await listBroken();
  const unknown = ids.find((id) => !known.some((variant) => variant.id === id));
  if (unknown !== undefined) {
    throw new UsageError(`There is no broken variant "${unknown}".`, [
      `Known ones: ${known.map(({ id }) => id).join(', ')}`,
    ]);
  }
  const runs = numberOption('--correct', options.correct ?? (ids.length > 0 ? '0' : '30'), whole(0, 10_000));
  return {
    variants: ids.length === 0 ? known : known.filter(({ id }) => ids.includes(id)),
    seed: seedFrom(options.seed),
    correctSeeds: Array.from({ length: runs }, (_, index) => FIRST_SEED + index),
    jobs: numberOption('--jobs', options.jobs, whole(1, 64)),
    out: options.out,
    keep: options.keep ?? false,
  };
}
