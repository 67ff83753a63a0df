import { type Insert, valueText } from '../sql/statements.ts';
import { quoteIdentifier } from '../sql/tokens.ts';

/**
 * A row as a statement without a semicolon, and without a schema: the search path decides where it goes. `loadScanner`
 * must have been awaited before.
 */
export function insertRow({ table, row }: Insert): string {
  const columns = Object.keys(row).map(quoteIdentifier).join(', ');
  const values = Object.values(row).map(valueText).join(', ');
  return `INSERT INTO ${quoteIdentifier(table)} (${columns})\n  VALUES (${values})`;
}
