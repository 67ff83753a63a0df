import { stat } from 'node:fs/promises';
import type { CapacityResult } from '../../contracts/capacity-result.ts';
import { readJson } from '../../contracts/json-file.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { TEARDOWN_VERSION, teardownResultSchema } from '../../contracts/teardown-result.ts';
import { judge } from '../../verify/invariant.ts';
import { isolated } from '../../verify/invariants/isolated.ts';
import type { RunData } from '../../verify/run-data.ts';
import { evidenceOf } from '../../verify/verify.ts';

/**
 * Whether all of the search is gone and nothing else was changed, by the verifier's own check over the teardown at its
 * end.
 *
 * @param last what the last step left; null: there was none
 */
export async function judgeIsolation(
  folder: RunFolder,
  last: RunData | null,
): Promise<CapacityResult['isolated']> {
  if (last === null) return { verdict: 'unknown', summary: 'no step came to its end' };
  const there = await stat(folder.teardown).catch(() => null);
  const teardown = there ? await readJson(folder.teardown, teardownResultSchema, TEARDOWN_VERSION) : null;
  const { verdict, summary } = judge(isolated, evidenceOf({ ...last, teardown }, ''));
  return { verdict, summary };
}
