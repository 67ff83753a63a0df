import path from 'node:path';
import type { Command } from 'commander';
import { folderName, RunFolder } from '../../contracts/run-folder.ts';
import { makeFolder } from '../explore/write.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addIsolationOptions } from '../isolation-options.ts';
import { refuseLeakedSecrets } from '../run/scan-secrets.ts';
import { measureScalability } from '../scalability/measure-all.ts';
import { renderScalability } from '../scalability/render.ts';
import { checkScalability, plannedLevels, type ScalabilityOptions } from '../scalability/request.ts';
import { writeScalability } from '../scalability/write.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print, wantsColour } from '../terminal.ts';

export function addScalability(program: Command): void {
  addIsolationOptions(
    program
      .command('scalability')
      .summary('throughput over concurrency, the law that it follows, and what limits it')
      .description(
        'Lets 1, 2, 4, … processes assign tables without a pause, on one clone with fresh rows for each, checks every promise each time, fits the Universal Scalability Law, compares it with a queue for the pool, and says which part limits.',
      ),
  )
    .option('--concurrency <list>', 'numbers of processes', '1,2,4,8,16,32')
    .option('--repetitions <number>', 'measurements of each; intervals need two or more', '3')
    .option('--duration <seconds>', 'that each measurement counts', '4')
    .option('--warm-up <seconds>', 'before that, which do not count', '1')
    .option('--tables <kind>', 'uniform, or zipf: a few tables are wanted by nearly everybody', 'uniform')
    .option('--zipf-exponent <number>', 'how popular those are', '1')
    .option('--tables-per-restaurant <number>', 'fewer tables, more waits for their locks', '20')
    .option('--restaurants <number>', 'that the processes are spread over', '1')
    .option('--merged <share>', 'of the assignments that take two tables', '0')
    .option('--conflicts <share>', 'of the assignments that ask for a table that is taken', '0')
    .option('--pool-size <number>', "database connections of the local target's PostgREST (default: 10)")
    .option('--target <name>', 'local, or the connection file of a running target', 'local')
    .option(
      '--migrations <folder>',
      'for local: your supabase/migrations instead of the reference application',
    )
    .option('--broken <id>', 'damage the local application by a patch of reference/broken first')
    .option('--seed <number>', 'repeat the plan and the intervals of another (default: a new one)')
    .option('--thresholds <file>', 'another thresholds.json')
    .option('--out <folder>', 'where the result goes, in a folder of its own', 'runs')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 a law fits and every promise was kept, 1 a promise is broken, 2 bad usage, 3 target failed,
  4 unknown: the data support no law, or a level has no verdict, 130 interrupted

Examples:
  npm run stress -- scalability
  npm run stress -- scalability --concurrency 1,2,4,8,16 --repetitions 5 --pool-size 20
  npm run stress -- scalability --tables zipf --tables-per-restaurant 5 --merged 0.3
  npm run stress -- scalability --migrations ../app/supabase/migrations`,
    )
    .action(async (options: ScalabilityOptions) => {
      process.exitCode = await run(options);
    });
}

async function run(options: ScalabilityOptions): Promise<number> {
  const request = await checkScalability(options);
  const startedAt = Date.now();
  const root = path.join(request.run.out, `${folderName(startedAt, request.run.tag)}-scalability`);
  await makeFolder(root);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => 'The embedded target ends by itself; on another one, remove what is left with teardown --all.',
  );
  const { concurrency, repetitions, warm_up_s, duration_s } = request.schedule;
  const seconds = Math.ceil(plannedLevels(request.schedule).length * (warm_up_s + duration_s));
  reporter.say(
    `table-stress scalability ${request.run.tag}: ${concurrency.join(', ')} processes, ${repetitions} times each, ${seconds} s of load, seed ${request.run.seed}`,
  );
  try {
    const { result, secrets } = await measureScalability({
      request,
      root,
      startedAt,
      reporter,
      interrupt: interrupts.signal,
    });
    await writeScalability(root, result);
    await refuseLeakedSecrets(new RunFolder(root), secrets);
    await print(
      options.json
        ? `${JSON.stringify(result, null, 2)}\n`
        : renderScalability(result, { folder: root, colour: wantsColour(process.stdout) }),
    );
    return result.exit_code;
  } finally {
    interrupts.release();
  }
}
