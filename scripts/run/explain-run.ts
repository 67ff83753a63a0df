import type { Diagnosis, DiagnosisFinding } from '../../contracts/diagnosis.ts';
import { messageOf } from '../../contracts/errors.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { diagnoseRun } from '../../diagnose/diagnose.ts';
import type { StageReporter } from '../stage-reporter.ts';

/** Stage diagnose. A help to the reader: where causes cannot be told, the verdict stands all the same. */
export async function explainRun(folder: RunFolder, reporter: StageReporter): Promise<Diagnosis | null> {
  try {
    return await reporter.stage(
      'diagnose',
      () => diagnoseRun(folder),
      ({ findings }) => (findings.length === 0 ? 'nothing to explain' : plainCauses(findings)),
    );
  } catch (error) {
    reporter.say(`  no diagnosis: ${messageOf(error)}`);
    return null;
  }
}

function plainCauses(findings: readonly DiagnosisFinding[]): string {
  const names = new Set(findings.map(({ cause }) => cause));
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}: ${[...names].join(', ')}`;
}
