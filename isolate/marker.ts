import { z } from 'zod';

/** Version of the marker's format. */
export const MARKER_VERSION = 1;

const exposureSchema = z.strictObject({
  /** The login role of PostgREST whose setting was changed. */
  role: z.string().min(1),
  /** Database that the setting is for; null: for all databases. */
  database: z.string().nullable(),
  /** The setting's text before; null: there was no setting, and the platform's own list ruled. */
  before: z.string().nullable(),
  /** The setting's text that was put there. */
  set: z.string(),
});
/** What exposing a schema changed, so that any other process can put it back. */
export type Exposure = z.infer<typeof exposureSchema>;

export const markerSchema = z.strictObject({
  v: z.literal(MARKER_VERSION),
  tool: z.literal('table-stress'),
  /** The project's reference, or `local`. */
  project: z.string().min(1),
  /** The deployed schema that was cloned. */
  source: z.string().min(1),
  schema: z.string().min(1),
  /** The role that owns the schema and everything in it. */
  role: z.string().min(1),
  created_at: z.iso.datetime(),
  /** SHA-256 over the deployed functions that were cloned. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  /** `run`: made by a run and removed with it. `standing`: made by the isolate command, and kept. */
  purpose: z.enum(['run', 'standing']),
  /** Tag of the run that made it. */
  run: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .nullable(),
  clock: z.enum(['real', 'virtual']),
  /** Absent as long as no setting was changed. */
  exposure: exposureSchema.optional(),
});
/** Says that a schema is ours and made for one project. Holds no secret: every user of the API can read it. */
export type Marker = z.infer<typeof markerSchema>;

/** What a comment on a schema or a role tells about it. */
export type MarkerReading =
  /** There is no such schema. */
  | { state: 'absent' }
  /** It is there and is not ours: never to be touched. */
  | { state: 'foreign'; reason: string }
  | { state: 'ours'; marker: Marker }
  | { state: 'other-project'; marker: Marker };

/** The comment's text: a line for people, then the marker as one line of JSON. */
export function formatMarker(marker: Marker): string {
  const checked = markerSchema.parse(marker);
  return `table-stress: isolated copy of ${checked.source.replaceAll('\n', ' ')}\n${JSON.stringify(checked)}`;
}

/**
 * Reads a comment back. Only a complete marker that names this very schema counts as ours: a schema that was renamed,
 * or a comment that somebody edited, is foreign.
 *
 * @param comment null when there is none
 * @param project the project that is asked for
 */
export function parseMarker(
  comment: string | null,
  schema: string,
  project: string,
): Exclude<MarkerReading, { state: 'absent' }> {
  const found = find(comment);
  if ('reason' in found) return { state: 'foreign', ...found };
  const { marker } = found;
  if (marker.schema !== schema) {
    return { state: 'foreign', reason: `its marker belongs to the schema ${marker.schema}` };
  }
  return { state: marker.project === project ? 'ours' : 'other-project', marker };
}

/** The marker in a comment, whatever it belongs to; null when there is none that can be read. */
export function markerIn(comment: string | null): Marker | null {
  const found = find(comment);
  return 'marker' in found ? found.marker : null;
}

function find(comment: string | null): { marker: Marker } | { reason: string } {
  const line = comment?.split('\n').find((candidate) => candidate.startsWith('{'));
  if (line === undefined || !line.includes('table-stress')) return { reason: 'it carries no marker of ours' };
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return { reason: 'its marker is damaged' };
  }
  const version = (data as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version > MARKER_VERSION) {
    const newest = `newer than this program knows (${MARKER_VERSION})`;
    return { reason: `its marker has format version ${version}, ${newest}` };
  }
  const parsed = markerSchema.safeParse(data);
  return parsed.success ? { marker: parsed.data } : { reason: 'its marker is damaged' };
}
