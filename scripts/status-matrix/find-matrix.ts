import { InterruptedError, StressError, UsageError } from '../../contracts/errors.ts';
import type { StatusMatrix } from '../../contracts/status-matrix.ts';
import { readDeployment } from '../../isolate/deployment.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { readLookups } from '../../seed/lookups.ts';
import { makeMatrix } from '../../status-matrix/matrix.ts';
import type { RefreshRecord } from '../../status-matrix/record.ts';
import type { RowOrigin } from '../../status-matrix/rows.ts';
import type { IsolationRequest } from '../isolation-options.ts';
import type { OpenDatabase } from '../open-database.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { observeClone } from './observe-clone.ts';
import { observeDeployed } from './observe-deployed.ts';

/** What the command is to do, checked. */
export interface MatrixRequest {
  target: string;
  /** Folder of the application for the local target; null: the reference application. */
  migrations: string | null;
  broken: string | null;
  /** The deployed schema, and the clone that gets the virtual clock. */
  isolation: IsolationRequest;
  /** Whether the virtual clock is part of it. */
  clock: boolean;
  out: string;
}

export interface MatrixContext {
  database: OpenDatabase;
  request: MatrixRequest;
  origin: RowOrigin;
  reporter: StageReporter;
  signal: AbortSignal;
}

/**
 * Tries the matrix on the deployed schema, and again on a clone with a virtual clock.
 *
 * @throws StressError when there is nothing deployed to try, or when it cannot be tried at all
 */
export async function findMatrix(context: MatrixContext): Promise<StatusMatrix> {
  const { database, request, origin } = context;
  const { sql } = database;
  const { source, schema } = request.isolation;
  await readDeployment(sql, source);
  const description = await describeFromCatalog(sql, source);
  const deployed = await observeDeployed(context, description);
  const cloned = request.clock ? await tryClone(context) : NOT_WANTED;
  return makeMatrix({
    tag: origin.tag,
    records: [...deployed.records, ...cloned.records],
    clone: cloned.records.length > 0 ? schema : null,
    notes: [...deployed.notes, ...cloned.notes],
    incomplete: cloned.incomplete,
    scripts: { description, lookups: await readLookups(sql, description), origin },
  });
}

interface CloneRun {
  records: RefreshRecord[];
  notes: string[];
  incomplete: string | null;
}

const NOT_WANTED: CloneRun = {
  records: [],
  notes: [
    'without the virtual clock (--no-clock): no previous status that a refresh stored, no change of the clocks',
  ],
  incomplete: null,
};

/** A schema that cannot be cloned must not hide what the deployed one showed. */
async function tryClone(context: MatrixContext): Promise<CloneRun> {
  try {
    const { records, notes, left } = await observeClone(context);
    return { records, notes, incomplete: left };
  } catch (error) {
    const ours = error instanceof StressError;
    if (!ours || error instanceof UsageError || error instanceof InterruptedError) throw error;
    for (const fix of error.fixes) context.reporter.say(`  → ${fix}`);
    const [reason = ''] = error.message.split('\n');
    return { records: [], notes: [], incomplete: `not tried with the virtual clock: ${reason}` };
  }
}
