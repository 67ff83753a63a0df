/** A reader of the part of EDN that is written: maps, vectors, strings, keywords (as `:name`), integers, nil, booleans. */
export function readEdn(text: string): unknown {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,[\]{}"]+/g)].map(([token]) => token);
  let at = 0;
  const value = (): unknown => {
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw new Error('the text ends too early');
    if (token === '[') return list(']');
    if (token === '{') {
      const flat = list('}');
      return Object.fromEntries(
        Array.from({ length: flat.length / 2 }, (_, index) => [String(flat[2 * index]), flat[2 * index + 1]]),
      );
    }
    if (token === 'nil') return null;
    return token.startsWith(':') ? token : JSON.parse(token);
  };
  const list = (close: string): unknown[] => {
    const items: unknown[] = [];
    while (tokens[at] !== close) items.push(value());
    at += 1;
    return items;
  };
  const read = value();
  if (at !== tokens.length) throw new Error(`something follows: ${tokens[at]}`);
  return read;
}
