import type postgres from 'postgres';

/**
 * Executes a statement that takes no parameters, with names and texts filled in by PostgreSQL's own `format`.
 *
 * @param template `%I` for a name, `%L` for a text
 */
export async function execute(
  sql: postgres.Sql | postgres.TransactionSql,
  template: string,
  values: readonly (string | null)[],
): Promise<void> {
  const [row] = await sql<{ statement: string }[]>`
    select format(${template}, variadic ${sql.array([...values])}::text[]) as statement`;
  await sql.unsafe(row?.statement ?? '');
}

/** The SQLSTATE of an error from PostgreSQL, else an empty string. */
export function sqlStateOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
