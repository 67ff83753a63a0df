import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import {
  type CaseResult,
  EXPLORE_VERSION,
  type ExploreFinding,
  type ExploreResult,
  type ReplayFile,
} from '../../contracts/explore-result.ts';
import { writeJson } from '../../contracts/json-file.ts';
import type { Workbench } from '../../explore/database/workbench.ts';
import { reproScript } from '../../explore/repro.ts';
import { renderExplorePage } from '../../report/explore/page.ts';
import type { ExploreRequest } from './request.ts';

/** Makes the folder before anything is tried. @throws UsageError when it cannot be made */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--out ${path.dirname(folder)}: cannot be written (${messageOf(error)})`, [
      'choose a folder that you may write to: --out DIR',
    ]);
  }
}

/** Writes a replay file and a script for each finding. @returns the result with their names */
export async function writeFindings(
  folder: string,
  result: ExploreResult,
  request: ExploreRequest,
  workbench: Workbench,
): Promise<ExploreResult> {
  const cases: CaseResult[] = [];
  for (const each of result.cases) {
    const findings: ExploreFinding[] = [];
    for (const finding of each.findings) findings.push(await writeFinding(each, finding));
    cases.push({ ...each, findings });
  }
  return { ...result, cases };

  async function writeFinding(one: CaseResult, finding: ExploreFinding): Promise<ExploreFinding> {
    const definition = request.cases.find(({ name }) => name === one.name);
    if (!definition) return finding;
    const replay = `${one.name}.${finding.promise}.json`;
    const repro = `${one.name}.${finding.promise}.repro.sql`;
    const file: ReplayFile = {
      v: EXPLORE_VERSION,
      case: definition,
      schedule: finding.schedule,
      promise: finding.promise,
      outcome: finding.outcome,
      broken: result.broken,
      fingerprint: result.fingerprint,
    };
    await writeJson(path.join(folder, replay), file);
    const command = replayCommand(path.join(folder, replay), request);
    const script = reproScript(one, finding, { ...workbench.statementsOf(definition), replay: command });
    await writeFile(path.join(folder, repro), script);
    return { ...finding, replay, repro, command };
  }
}

/** Writes explore.json and explore.html. */
export async function writeResult(folder: string, result: ExploreResult): Promise<void> {
  await writeJson(path.join(folder, 'explore.json'), result);
  await writeFile(path.join(folder, 'explore.html'), await renderExplorePage(result));
}

/** The command that runs a schedule again. */
export function replayCommand(
  file: string,
  { target, migrations }: Pick<ExploreRequest, 'target' | 'migrations'>,
): string {
  const where = path.relative(process.cwd(), file);
  const more = [
    ...(target === 'local' ? [] : [`--target ${target}`]),
    ...(migrations === null ? [] : [`--migrations ${migrations}`]),
  ];
  return ['npm run stress -- explore --replay', where, ...more].join(' ');
}
