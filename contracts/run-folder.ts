import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from './errors.ts';

/** Where each file of a run is. Stages meet only in this folder: each reads files and writes files. */
export class RunFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  get manifest(): string {
    return path.join(this.root, 'manifest.json');
  }
  get plan(): string {
    return path.join(this.root, 'plan.json');
  }
  get history(): string {
    return path.join(this.root, 'history');
  }
  historyOf(scenario: string): string {
    return path.join(this.history, `${scenario}.ndjson`);
  }
  get observations(): string {
    return path.join(this.root, 'observations');
  }
  observationsOf(scenario: string): string {
    return path.join(this.observations, `${scenario}.ndjson`);
  }
  /** What the database's own counters gained while a scenario ran. */
  countersOf(scenario: string): string {
    return path.join(this.observations, `${scenario}.counters.json`);
  }
  /** What explains the run, ranked. */
  get diagnosis(): string {
    return path.join(this.root, 'diagnosis.json');
  }
  /** Stored statuses around boundaries, where the clock was stepped across them. */
  get boundaries(): string {
    return path.join(this.root, 'boundaries.ndjson');
  }
  /** Faults as they were injected; there only where some were asked for. */
  get faults(): string {
    return path.join(this.root, 'faults.ndjson');
  }
  get k6(): string {
    return path.join(this.root, 'k6');
  }
  k6SummaryOf(scenario: string): string {
    return path.join(this.k6, `${scenario}.json`);
  }
  k6LogOf(scenario: string): string {
    return path.join(this.k6, `${scenario}.log`);
  }
  /** Export of k6's web dashboard; there only where it was asked for. */
  dashboardOf(scenario: string): string {
    return path.join(this.k6, `${scenario}.html`);
  }
  /** What was found before a load that others make; there only in runs that were prepared for one. */
  get prepared(): string {
    return path.join(this.root, 'prepared.json');
  }
  /** What load generators elsewhere need; there only where it was asked for. */
  get distributed(): string {
    return path.join(this.root, 'distributed');
  }
  get statusMatrix(): string {
    return path.join(this.root, 'status-matrix.json');
  }
  /** Scripts of the status matrix; there only where it found something. */
  get statusScripts(): string {
    return path.join(this.root, 'status-matrix');
  }
  /** What was explored beside the load, with what runs a schedule again; there only where it was asked for. */
  get explore(): string {
    return path.join(this.root, 'explore');
  }
  get exploreResult(): string {
    return path.join(this.explore, 'explore.json');
  }
  get finalState(): string {
    return path.join(this.root, 'final-state.ndjson');
  }
  get teardown(): string {
    return path.join(this.root, 'teardown.json');
  }
  get verdict(): string {
    return path.join(this.root, 'verdict.json');
  }
  /** Which violations could be provoked again; of failed runs that were replayed. */
  get repro(): string {
    return path.join(this.root, 'repro.json');
  }
  /** A script for each of them. */
  get reproScripts(): string {
    return path.join(this.root, 'repro');
  }
  get reportHtml(): string {
    return path.join(this.root, 'report.html');
  }
  get reportMarkdown(): string {
    return path.join(this.root, 'report.md');
  }
  get junit(): string {
    return path.join(this.root, 'junit.xml');
  }
  get logs(): string {
    return path.join(this.root, 'logs');
  }
}

/**
 * Makes `<parent>/<time>-<tag>/` with its subfolders and points `<parent>/latest` at it.
 *
 * @param parent `runs` or what `--out` says
 * @param startedAt start of the run, milliseconds since the epoch
 * @throws UsageError when the folder cannot be written
 */
export async function createRunFolder(parent: string, startedAt: number, tag: string): Promise<RunFolder> {
  const name = folderName(startedAt, tag);
  const folder = new RunFolder(path.join(parent, name));
  try {
    await makeSubfolders(folder);
    await writeFile(path.join(folder.root, '.writable'), '');
    await rm(path.join(folder.root, '.writable'));
  } catch (error) {
    throw new UsageError(
      `--out ${parent}: the run folder cannot be written there (${messageOf(error)})`,
      ['choose a folder that you may write to: --out DIR'],
      error,
    );
  }
  await pointLatest(parent, name);
  return folder;
}

/** Makes a run folder and those within it; what is there stays. */
export async function makeSubfolders(folder: RunFolder): Promise<void> {
  for (const directory of [folder.root, folder.history, folder.k6, folder.logs]) {
    await mkdir(directory, { recursive: true });
  }
}

/** `2026-11-22T182209Z-a1b2c3d4`: names of later runs sort behind those of earlier ones. */
export function folderName(startedAt: number, tag: string): string {
  const time = new Date(startedAt)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  return `${time}-${tag}`;
}

async function pointLatest(parent: string, name: string): Promise<void> {
  const link = path.join(parent, 'latest');
  try {
    await rm(link, { force: true });
    await symlink(name, link);
  } catch {
    // A convenience only: some file systems have no symbolic links, and another run may be doing the same.
  }
}

/**
 * Opens an existing run folder.
 *
 * @throws UsageError when it is none
 */
export async function openRunFolder(root: string): Promise<RunFolder> {
  const folder = new RunFolder(root);
  const entries = await readdir(folder.root).catch((error: unknown) => {
    throw new UsageError(`${root}: no such run folder (${messageOf(error)})`, [
      'give a folder that `run` made, for instance runs/latest',
    ]);
  });
  if (!entries.includes('manifest.json')) {
    throw new UsageError(`${root}: no run folder, it has no manifest.json`, [
      'give a folder that `run` made, for instance runs/latest',
    ]);
  }
  return folder;
}
