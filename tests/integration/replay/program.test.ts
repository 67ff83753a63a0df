import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Repro } from '../../../contracts/repro.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import { writeReports } from '../../../report/report.ts';
import { histories, recordedRun, violationOf } from '../../unit/replay/recorded.ts';
import { writeRecorded } from '../../unit/replay/write-recorded.ts';
import { runProgram, start, temporaryFolder } from '../run/program.ts';

const { script, invariant } = histories['key-ignored'];
const broken = recordedRun(script);
const { number } = violationOf(broken, invariant);

let folder: string;
beforeAll(async () => {
  folder = temporaryFolder();
  await writeRecorded({ ...broken, manifest: { ...broken.manifest, broken: 'key-ignored' } }, folder);
});

it('replays a folder that was recorded elsewhere, and ends with 1 when a promise is broken again', async () => {
  const { code, stdout, stderr } = await runProgram(['replay', folder, '--violation', String(number)]);
  expect(code, stderr + stdout).toBe(1);
  expect(stdout).toMatch(/^ {2}step +in the run, ms +alongside +call +in the run +here$/m);
  expect(stdout).toMatch(/^ {2}B1 +20\.0 – 30\.0 +assign table hot-table\/2 .*acknowledged +acknowledged$/m);
  expect(stdout).toContain(
    `script: ${path.relative(process.cwd(), folder)}/repro/${number}-${invariant}.sql`,
  );
  const repro = JSON.parse(readFileSync(path.join(folder, 'repro.json'), 'utf8')) as Repro;
  expect(repro.copy).toMatchObject({ schema: 'table_stress', broken: 'key-ignored' });
  expect(repro.violations.find((entry) => entry.number === number)).toMatchObject({ result: 'reproduced' });

  await writeReports(new RunFolder(folder));
  expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain(
    `repro/${number}-${invariant}.sql`,
  );
});

it('ends with 130 when it is interrupted, and says so', async () => {
  // On a correct application it goes on trying for as long as it may.
  const correct = temporaryFolder();
  await writeRecorded(recordedRun(histories['no-lock-no-constraint'].script), correct);
  const program = start(['replay', correct, '--tries', '999999', '--seconds', '600']);
  await program.until(/✔ copy/);
  program.kill('SIGINT');
  const { code, stderr } = await program.ended;
  expect(code, stderr).toBe(130);
});
