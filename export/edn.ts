/** A keyword of EDN, for instance `:invoke`. */
export class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export function keyword(name: string): Keyword {
  return new Keyword(name);
}

/**
 * A value in Clojure's extensible data notation (github.com/edn-format/edn): keys of objects become keywords, `null` becomes
 * `nil`.
 */
export function edn(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (value instanceof Keyword) return `:${value.name}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(edn).join(' ')}]`;
  if (value instanceof Map) return pairs([...value]);
  // Ids are keys of statuses: strings, as they are no names that a keyword may have.
  if (typeof value === 'object') {
    return pairs(Object.entries(value).map(([key, of]) => [isName(key) ? keyword(key) : key, of]));
  }
  return String(value);
}

function pairs(entries: readonly (readonly [unknown, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${edn(key)} ${edn(value)}`).join(', ')}}`;
}

function isName(key: string): boolean {
  return /^[a-z_][a-z0-9_-]*$/.test(key) && !/^[0-9a-f]{8}-/.test(key);
}
