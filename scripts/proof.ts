import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { listBroken } from '../reference/broken.ts';
import { gitState, projectRoot } from './project.ts';

/**
 * The long proofs: every broken variant, the correct application over many seeds, every moment of a kill, every way to
 * tamper with a clone. Tests run a sample of each. Writes docs/proof.md.
 */
const files = {
  broken: 'tests/integration/run/broken.test.ts',
  killed: 'tests/integration/staging/killed.test.ts',
  tampered: 'tests/integration/isolate/clone-tampered.test.ts',
};

interface TestResult {
  title: string;
  status: string;
  /** Milliseconds. */
  duration?: number;
}

interface Results {
  testResults: { name: string; assertionResults: TestResult[] }[];
}

const folder = await mkdtemp(path.join(tmpdir(), 'table-stress-proof-'));
const output = path.join(folder, 'results.json');
const vitest = spawn(
  process.execPath,
  [
    path.join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs'),
    ...[
      'run',
      '--project=database',
      '--project=load',
      '--reporter=verbose',
      '--reporter=json',
      `--outputFile.json=${output}`,
    ],
    ...Object.values(files),
  ],
  { cwd: projectRoot, stdio: 'inherit', env: { ...process.env, TABLE_STRESS_PROOF: 'all' } },
);
await once(vitest, 'exit');
try {
  const results = JSON.parse(await readFile(output, 'utf8')) as Results;
  await writeFile(path.join(projectRoot, 'docs', 'proof.md'), await render(results));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = vitest.exitCode ?? 1;

async function render(results: Results): Promise<string> {
  const of = (file: string): TestResult[] =>
    results.testResults.find(({ name }) => name.endsWith(file))?.assertionResults ?? [];
  const broken = of(files.broken);
  const variants = await listBroken();
  const caught = variants.map(({ id, defect, expect, scenario }) => {
    const test = broken.find(({ title }) => title === `${id} is caught`);
    return `| \`${id}\` | ${defect} | ${scenario} | ${expect} | ${test?.status === 'passed' ? 'caught' : 'MISSED'} | ${seconds(test)} |`;
  });
  const seeds = broken.filter(({ title }) => title.startsWith('passes with seed'));
  const alarms = seeds.filter(({ status }) => status !== 'passed');
  const { commit, dirty } = await gitState();
  const rows = (tests: TestResult[]): string[] =>
    tests.map((test) => `| ${test.title} | ${test.status} | ${seconds(test)} |`);
  return `# Proof

Written by \`npm run proof\` on ${new Date().toISOString().slice(0, 10)}, at commit ${(commit ?? 'unknown').slice(0, 10)}${dirty ? ' with local changes' : ''}, on ${availableParallelism()} cores. The tests run
a sample of this.

## Broken variants

${caught.filter((row) => row.includes('| caught |')).length} of ${variants.length} caught by the promise that was expected, each by a run of the one scenario that is named, with seed 3.

| variant | defect | scenario | promise | result | s |
| --- | --- | --- | --- | --- | --- |
${caught.join('\n')}

## The correct application

All scenarios, profile quick, ${seeds.length} seeds: ${seeds.length - alarms.length} passed, ${alarms.length} false alarms${alarms.length > 0 ? ` (${alarms.map(({ title }) => title).join(', ')})` : ''}.

## Killed runs

| moment | result | s |
| --- | --- | --- |
${rows(of(files.killed)).join('\n')}

## Tampering with a clone

| case | result | s |
| --- | --- | --- |
${rows(of(files.tampered)).join('\n')}
`;
}

function seconds(test: TestResult | undefined): string {
  return test?.duration === undefined ? '' : (test.duration / 1000).toFixed(1);
}
