import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../project.ts';
import { madeNow, provenance, replaceSection, table } from './document.ts';
import { runToEnd } from './run-to-end.ts';

interface TestResult {
  ancestorTitles: string[];
  title: string;
  status: string;
  /** Milliseconds. */
  duration?: number;
}

/**
 * Runs a test file with all of its cases, and writes how they ended into a section of docs/proof.md.
 *
 * @param output where vitest writes its results
 * @returns vitest's exit code
 */
export async function proveByTests(section: string, file: string, output: string): Promise<number> {
  const vitest = path.join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const made = await madeNow();
  const code = await runToEnd(
    [
      vitest,
      'run',
      '--project=unit',
      '--project=database',
      '--project=load',
      '--reporter=verbose',
      '--reporter=json',
    ].concat(`--outputFile.json=${output}`, file),
    { TABLE_STRESS_PROOF: 'all' },
  );
  const { testResults } = JSON.parse(await readFile(output, 'utf8')) as {
    testResults: { assertionResults: TestResult[] }[];
  };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const rows = tests.map(({ ancestorTitles, title, status, duration }) => [
    [...ancestorTitles, title].join(': ').replaceAll('|', '\\|'),
    status,
    duration === undefined ? '' : (duration / 1000).toFixed(1),
  ]);
  const content = `${provenance(made)}\n\n${passed} of ${tests.length} passed.\n\n${table(['case', 'result', 's'], rows)}`;
  await replaceSection(path.join(projectRoot, 'docs', 'proof.md'), `proof: ${section}`, content);
  return code;
}
