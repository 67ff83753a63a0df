import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../project.ts';
import { documentBroken } from './broken.ts';
import { proveExplore } from './explore.ts';
import { runToEnd } from './run-to-end.ts';
import { proveByTests } from './tests.ts';

/**
 * The long proofs, of which the tests run a sample. Writes its tables into docs/proof.md and the README. Arguments name
 * the sections to prove again; none: all.
 */
const tests: Readonly<Record<string, string>> = {
  agreement: 'tests/unit/verify/linearizability/agreement.test.ts',
  simulation: 'tests/unit/verify/simulation.test.ts',
  symptoms: 'tests/integration/reference/broken.test.ts',
  audited: 'tests/integration/audit/variants.test.ts',
  faults: 'tests/integration/run/faults-injected.test.ts',
  killed: 'tests/integration/staging/killed.test.ts',
  tampered: 'tests/integration/isolate/clone-tampered.test.ts',
};

const sections = ['broken', 'explore', ...Object.keys(tests)];
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !sections.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`there is no proof "${unknown}"; known: ${sections.join(', ')}\n`);
  process.exit(2);
}

const folder = await mkdtemp(path.join(tmpdir(), 'table-stress-proof-'));
let worst = 0;
try {
  for (const section of asked.length > 0 ? asked : sections) {
    process.stderr.write(`\n${section}\n`);
    worst = Math.max(worst, await prove(section));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = worst;

async function prove(section: string): Promise<number> {
  if (section === 'explore') return proveExplore();
  const output = path.join(folder, `${section}.json`);
  const file = tests[section];
  if (file !== undefined) return proveByTests(section, file, output);
  const cli = path.join(projectRoot, 'scripts', 'cli.ts');
  const code = await runToEnd([...process.execArgv, cli, 'broken', '--jobs', '2', '--json-file', output]);
  if (existsSync(output)) await documentBroken(output);
  return code;
}
