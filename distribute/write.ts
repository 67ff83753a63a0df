import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { fitsConfigMap, manifestsOf } from './manifests.ts';
import type { DistributeOptions } from './options.ts';
import { type ReadmeScenario, readmeOf } from './readme.ts';
import { testRunSchema } from './test-run.ts';

/** Version of the k6 operator whose fields the manifests have. */
export const OPERATOR = 'v1.6.0';

/**
 * Writes the manifests of each scenario, their archives and the steps into a folder, whose former content goes.
 *
 * @param folder where they go
 * @param texts names for the steps: the run folder and the target, as the reader knows them
 * @returns the files' names, in the order in which they are needed
 */
export async function writeDistributed(
  folder: string,
  scenarios: readonly Omit<ReadmeScenario, 'file'>[],
  options: DistributeOptions,
  texts: { folder: string; target: string },
): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const named = scenarios.map((scenario, index) => ({
    ...scenario,
    file: `${String(index + 1).padStart(2, '0')}-${scenario.scenario}.yaml`,
  }));
  const written: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await writeFile(path.join(folder, name), content);
    written.push(name);
  };
  await write('README.md', readmeOf(named, options, { ...texts, operator: OPERATOR }));
  for (const scenario of named) {
    const documents = manifestsOf(scenario, options);
    const testRun = testRunSchema.parse(documents.at(-1));
    // The archive as it is: for a volume, and for a k6 without any cluster.
    await write(scenario.file.replace(/yaml$/, 'tar'), scenario.archive);
    if (fitsConfigMap(scenario)) {
      await write(scenario.file, inYaml([...documents.slice(0, -1), testRun]));
    } else {
      // The operator looks at the archive as soon as it sees the test run.
      await write(scenario.file, inYaml(documents.slice(0, -1)));
      await write(scenario.file.replace(/yaml$/, 'test-run.yaml'), inYaml([testRun]));
    }
  }
  return written;
}

function inYaml(documents: readonly object[]): string {
  return documents.map((document) => `---\n${stringify(document, { lineWidth: 0 })}`).join('');
}
