import { mkdir, writeFile } from 'node:fs/promises';
import { writeJson } from '../../../contracts/json-file.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import type { RunData } from '../../../verify/run-data.ts';
import { judgeRun } from '../../../verify/verify.ts';

/** Writes what a replay needs of a run: manifest, plan, history and verdict. */
export async function writeRecorded(run: RunData, root: string): Promise<void> {
  const folder = new RunFolder(root);
  await mkdir(folder.history, { recursive: true });
  await writeJson(folder.manifest, run.manifest);
  await writeJson(folder.plan, run.plan);
  await writeJson(folder.verdict, judgeRun(run));
  const { operations, anchors } = run.history;
  for (const [runner, anchor] of anchors) {
    const own = operations.filter((operation) => operation.runner === runner);
    const counts = { begun: own.length, recorded: own.length };
    const end = { v: 1, end: true, run: run.manifest.run, runner, ...counts };
    const lines = [anchor, ...own, end].map((line) => JSON.stringify(line));
    await writeFile(folder.historyOf(runner), `${lines.join('\n')}\n`);
  }
}
