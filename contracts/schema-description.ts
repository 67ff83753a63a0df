/** What the seed and teardown stages need to know of the schema that receives the load. */
export interface SchemaDescription {
  schema: string;
  tables: TableDescription[];
}

export interface TableDescription {
  name: string;
  columns: ColumnDescription[];
  /** Empty when there is none. */
  primaryKey: string[];
}

export interface ColumnDescription {
  name: string;
  /** PostgreSQL's name of the type, for instance `timestamp with time zone` or `public.table_status`. */
  type: string;
  nullable: boolean;
  hasDefault: boolean;
  /** Generated or `identity always`: may not be written. */
  generated: boolean;
  /** Labels of an enum, in order; null for other types. */
  labels: string[] | null;
  /** A foreign key of this column (or of several together) into a table of the same schema. */
  references: { table: string; column: string } | null;
}

/** Tables ordered so that a row's parents come before it. In a cycle, the first by name comes last. */
export function parentsFirst(description: SchemaDescription): TableDescription[] {
  const byName = new Map(description.tables.map((table) => [table.name, table]));
  const ordered = new Set<TableDescription>();
  const visiting = new Set<string>();
  const visit = (table: TableDescription): void => {
    if (ordered.has(table) || visiting.has(table.name)) return;
    visiting.add(table.name);
    for (const column of table.columns) {
      const parent = column.references && byName.get(column.references.table);
      if (parent) visit(parent);
    }
    visiting.delete(table.name);
    ordered.add(table);
  };
  for (const name of [...byName.keys()].sort()) {
    const table = byName.get(name);
    if (table) visit(table);
  }
  return [...ordered];
}
