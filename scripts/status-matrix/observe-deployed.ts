import { TargetError } from '../../contracts/errors.ts';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import type { SourceProof } from '../../contracts/teardown-result.ts';
import { refuseBeyondTransaction } from '../../status-matrix/beyond-transaction.ts';
import { planCases } from '../../status-matrix/cases.ts';
import { observeInTransaction, type TransactionRun } from '../../status-matrix/observe-in-transaction.ts';
import { lookAtSource, proveSource } from '../../teardown/source.ts';
import type { MatrixContext } from './find-matrix.ts';

/**
 * Tries the matrix on the deployed schema itself, in a transaction that is rolled back, and proves that nothing of it is
 * left: by PostgreSQL's own word on the transaction, by a search for its tag, and, where nobody else writes, by the
 * number and content of all rows.
 *
 * @throws TargetError when functions do what cannot be rolled back, or when something is left
 */
export async function observeDeployed(
  { database, request, origin, reporter, signal }: MatrixContext,
  description: SchemaDescription,
): Promise<TransactionRun> {
  const { sql, open } = database;
  const { source, allow } = request.isolation;
  await refuseBeyondTransaction(sql, source, allow);
  reporter.say(
    `  schema ${source}: one transaction, always rolled back; it locks rows that only it can see, and waits 2 s at most`,
  );
  return reporter.stage(
    'deployed',
    async (progress) => {
      const before = await lookAtSource(sql, source, open.temporary);
      const cases = planCases(origin.anchor);
      const seen = await observeInTransaction(sql, {
        schema: source,
        description,
        cases,
        origin,
        progress,
        signal,
      });
      progress('looking whether anything is left');
      const proof = await proveSource(sql, before, origin.tag);
      refuseRemains(seen, proof);
      const unread =
        proof.unread.length === 0 ? [] : [`not searched for what is left: ${proof.unread.join(', ')}`];
      return { ...seen, notes: [...seen.notes, ...unread] };
    },
    ({ records }) => `${records.length} cells tried in ${source}; rolled back, nothing is left`,
  );
}

function refuseRemains({ rolledBack }: TransactionRun, { tagged, before, after, schema }: SourceProof): void {
  const problems = tagged.map(({ table, rows }) => `${rows} rows of it are in ${schema}.${table}`);
  if (!rolledBack) problems.unshift('PostgreSQL does not call the transaction rolled back');
  for (const { table, rows, hash } of before ?? []) {
    const now = after?.find((each) => each.table === table);
    if (now?.rows !== rows || now.hash !== hash) problems.push(`${schema}.${table} is not what it was`);
  }
  if (problems.length === 0) return;
  throw new TargetError(`the status matrix left something behind: ${problems.join('; ')}`, [
    'look for functions that open connections of their own, and report this as a defect of table-stress',
  ]);
}
