import type { RunFolder } from '../contracts/run-folder.ts';
import { readRunData } from '../verify/run-data.ts';
import { jepsenLines } from './jepsen.ts';
import { porcupineLines } from './porcupine.ts';
import { timedFaults, timelineOf } from './timeline.ts';

/** Formats of other checkers; docs/formats.md describes what is written. */
export const exportFormats = ['jepsen', 'porcupine-json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * The history of a run in another tool's format, line by line, without the ends of the lines.
 *
 * @throws UsageError when the folder's files are missing, damaged, foreign or of a newer format
 */
export async function exportHistory(folder: RunFolder, format: ExportFormat): Promise<Iterable<string>> {
  const { history, bookings, faults } = await readRunData(folder);
  const timeline = timelineOf(history, bookings);
  return format === 'jepsen' ? jepsenLines(timeline, timedFaults(history, faults)) : porcupineLines(timeline);
}
