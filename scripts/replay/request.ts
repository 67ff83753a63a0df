import { UsageError } from '../../contracts/errors.ts';
import { readJson } from '../../contracts/json-file.ts';
import { type KeptViolation, keptViolations } from '../../contracts/kept-violations.ts';
import { openRunFolder, type RunFolder } from '../../contracts/run-folder.ts';
import { VERDICT_VERSION, verdictSchema } from '../../contracts/verdict.ts';
import type { Patience } from '../../replay/provoke.ts';
import { type RunData, readRunData } from '../../verify/run-data.ts';
import { numberOption, whole } from '../number-option.ts';
import { migrationsFor } from './choose-source.ts';

/** Options of `replay` as commander gives them. */
export interface ReplayOptions {
  violation?: string | undefined;
  tries: string;
  seconds: string;
  migrations?: string | undefined;
  allow: string[];
  copy: string[];
  json?: boolean | undefined;
}

/** What a replay is to do, checked. */
export interface ReplayRequest {
  folder: RunFolder;
  run: RunData;
  /** All that the verdict keeps. */
  violations: KeptViolation[];
  wanted: KeptViolation[];
  /** Folder of the application; null: the reference application. */
  migrations: string | null;
  patience: Patience;
}

const fromOne = whole(1, 999_999, '3');

/** @throws UsageError that names the option, its problem and what is allowed */
export async function checkReplay(root: string, options: ReplayOptions): Promise<ReplayRequest> {
  const tries = numberOption('--tries', options.tries, fromOne);
  const milliseconds = numberOption('--seconds', options.seconds, fromOne) * 1000;
  const number =
    options.violation === undefined ? null : numberOption('--violation', options.violation, fromOne);
  const folder = await openRunFolder(root);
  const violations = keptViolations(await readJson(folder.verdict, verdictSchema, VERDICT_VERSION));
  if (violations.length === 0) {
    throw new UsageError(`${root}: its verdict has no violation to replay`, ['replay a run that failed']);
  }
  const wanted = number === null ? violations : violations.filter((kept) => kept.number === number);
  if (wanted.length === 0) {
    throw new UsageError(`--violation ${number}: there is none, they are numbered 1 to ${violations.length}`);
  }
  const run = await readRunData(folder);
  const migrations = migrationsFor(run.manifest, options.migrations);
  return { folder, run, violations, wanted, migrations, patience: { tries, milliseconds } };
}
