import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeConnection } from '../../../target/attach.ts';
import { readVerdict, runProgram, temporaryFolder, verdicts } from '../run/program.ts';
import { type Application, startApplication } from './application.ts';

/** A real run against the gnarly application: it is correct, so nothing may be held against it. */

let application: Application;
beforeAll(async () => {
  application = await startApplication('gnarly');
});
afterAll(() => application?.stop());

it('finds no promise broken', async () => {
  const [out, connection] = [temporaryFolder(), path.join(temporaryFolder(), 'target.json')];
  await writeConnection(connection, application.target);
  const scenarios = ['smoke', 'hot-table', 'window-boundary'];
  const { code, stdout, stderr } = await runProgram([
    'run',
    ...scenarios,
    '--seed',
    '5',
    '--target',
    connection,
    '--out',
    out,
  ]);
  expect([0, 4], stderr + stdout).toContain(code);
  // Rows of audit tables that name only ids which the application made up cannot be told from those of others.
  const { isolated, ...others } = verdicts(readVerdict(out));
  expect(isolated).not.toBe('fail');
  expect(new Set(Object.values(others)), stdout).toEqual(new Set(['pass']));
});
