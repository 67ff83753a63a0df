import { quoteIdentifier } from '../isolate/rewrite/tokens.ts';
import { type Insert, valueText } from '../status-matrix/statements.ts';

/**
 * A row as a statement without a semicolon, and without a schema: the search path decides where it goes. `loadScanner`
 * must have been awaited before.
 */
export function insertRow({ table, row }: Insert): string {
  const columns = Object.keys(row).map(quoteIdentifier).join(', ');
  const values = Object.values(row).map(valueText).join(', ');
  return `INSERT INTO ${quoteIdentifier(table)} (${columns})\n  VALUES (${values})`;
}
