/**
 * The list of exposed schemas, as in `pgrst.db_schemas`. PostgREST cuts it at every comma and knows no quoting, so a
 * name with a comma cannot be listed. The text between the commas is never changed: what was there is put back to the
 * letter.
 */

/** The names in the order of the list; the first is the one that requests without a profile get. */
export function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The list with a schema at its end; unchanged when it is there already. */
export function withSchema(list: string, schema: string): string {
  if (namesIn(list).includes(schema)) return list;
  return namesIn(list).length === 0 ? schema : `${list.trimEnd().replace(/,$/, '')}, ${schema}`;
}

/** The list without a schema; null when nothing is left. Undoes `withSchema` to the letter. */
export function withoutSchema(list: string, schema: string): string | null {
  if (!namesIn(list).includes(schema)) return list;
  const rest = list
    .split(',')
    .filter((name) => name.trim() !== schema)
    .join(',');
  return namesIn(rest).length === 0 ? null : rest.trimStart();
}

/** The first list, with the names of the second that it lacks at its end. */
export function union(list: string, more: readonly string[]): string {
  return more.reduce(withSchema, list);
}
