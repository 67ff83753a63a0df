import { literal } from './quoting.ts';
import { quoteIdentifier } from './tokens.ts';

/** A piece of SQL that stands for a value. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A row for a table, its values as JavaScript has them, or expressions. */
export interface Insert {
  table: string;
  row: Record<string, unknown>;
}

/**
 * Statements as texts, so that what is run is, letter for letter, what a script shows. Without a semicolon.
 * `loadScanner` must have been awaited before.
 */
export function insertStatement(schema: string, { table, row }: Insert): string {
  const columns = Object.keys(row).map(quoteIdentifier).join(', ');
  const values = Object.values(row).map(valueText).join(', ');
  return `INSERT INTO ${qualified(schema, table)} (${columns})\n  VALUES (${values})`;
}

/** The same statement while the application's triggers are off, as far as the role may switch them. */
export function withoutTriggers(statement: string): string[] {
  const setting = 'session_replication_role';
  return [`SET LOCAL ${setting} = replica`, statement, `SET LOCAL ${setting} = origin`];
}

/** As PostgREST sets it for a call: functions without a path of their own resolve names by it. */
export function searchPath(schema: string): string {
  return [...new Set([schema, 'public', 'extensions'])].map(quoteIdentifier).join(', ');
}

export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A value as PostgreSQL reads it for a column of whatever type: in quotes, it takes the column's. */
export function valueText(value: unknown): string {
  if (value instanceof Expression) return value.text;
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value) && value.length === 0) return "'{}'";
  return literal(JSON.stringify(value));
}
