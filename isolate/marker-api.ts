import { type Api, get } from './expose/rest.ts';
import { type MarkerReading, parseMarker } from './marker.ts';

/**
 * Reads the marker where only the API is known. PostgREST shows a schema's comment in its OpenAPI root: the first line
 * as the title, the rest as the description.
 *
 * @returns `absent` when the schema is not served: whether it exists cannot be seen then
 */
export async function readMarkerFromApi(api: Api, schema: string, project: string): Promise<MarkerReading> {
  const answer = await get(api, '/', schema);
  if (answer.code === 'PGRST106') return { state: 'absent' };
  if (answer.status !== 200)
    return { state: 'foreign', reason: `its root cannot be read: ${answer.summary}` };
  return parseMarker(commentIn(answer.body), schema, project);
}

/** The schema's comment, from an OpenAPI document of PostgREST; null when it is none. */
export function commentIn(document: unknown): string | null {
  const info = (document as { info?: unknown } | null | undefined)?.info;
  const { title, description } = (info ?? {}) as { title?: unknown; description?: unknown };
  const lines = [title, description].filter((part) => typeof part === 'string');
  return lines.length === 0 ? null : lines.join('\n');
}
