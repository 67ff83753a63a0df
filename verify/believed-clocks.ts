import type { Manifest } from '../contracts/manifest.ts';
import type { ClockAnchor } from '../history/operation.ts';

/**
 * How far a clock may be off is known to its machine only in part: it sees how well the two clocks of its own are tied
 * together, not how far its wall clock is from others. Whoever brings records together states that in the manifest; the
 * larger of both errors is believed.
 */
export function believeClocks({ runs }: Pick<Manifest, 'runs'>, anchors: Map<string, ClockAnchor>): void {
  for (const { runner, clock } of runs) {
    const anchor = anchors.get(runner);
    if (!clock || !anchor || clock.error_ms <= anchor.error_ms) continue;
    anchors.set(runner, { ...anchor, error_ms: clock.error_ms });
  }
}
