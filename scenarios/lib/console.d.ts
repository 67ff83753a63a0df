/** k6's console; its type package leaves it to the DOM library, which k6 does not have. */
declare const console: { log(...values: unknown[]): void };
