import { operationId } from '../history/operation.ts';
import type { TimedOperation } from './timeline.ts';

/**
 * The operations as porcupine's `Operation` has them, as a JSON array, one a line: `clientId`, `input`, `call`, `output`,
 * `return`. A call with unknown outcome returns after everything else, since it may still take effect.
 */
export function* porcupineLines(timeline: readonly TimedOperation[]): Generator<string> {
  let last = 0;
  for (const { end } of timeline) last = Math.max(last, end);
  yield '[';
  for (const [index, { operation, process, begin, end }] of timeline.entries()) {
    const { f, input, type, class: result, code, value } = operation;
    const line = JSON.stringify({
      clientId: process,
      input: { f, ...input },
      call: begin,
      output: { type, class: result, code, value },
      return: type === 'info' ? last + 1 : end,
      name: operationId(operation),
    });
    yield index === timeline.length - 1 ? line : `${line},`;
  }
  yield ']';
}
