import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Command } from 'commander';
import { forecast } from '../../capacity/forecast/forecast.ts';
import { ExitCode } from '../../contracts/errors.ts';
import { FORECAST_VERSION, type ForecastResult } from '../../contracts/forecast-result.ts';
import { folderName } from '../../contracts/run-folder.ts';
import { makeFolder } from '../explore/write.ts';
import { listProfiles } from '../forecast/profiles.ts';
import { renderForecast } from '../forecast/render.ts';
import { checkForecast, type ForecastOptions } from '../forecast/request.ts';
import { writeForecast } from '../forecast/write.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print, wantsColour } from '../terminal.ts';

const collect = (value: string, before: string[]): string[] => [...before, value];

export function addForecast(program: Command): void {
  program
    .command('forecast')
    .summary('is the measured capacity enough for a launch, when does it run out, what to change first')
    .description(
      'Simulates the days of a launch profile, and sets the peaks that they ask for against a measured capacity: headroom, the date when it runs out, and the measured gain of changes. Starts no target and no load.',
    )
    .argument('[profile]', 'launch profile: a file, or the name of one that comes with table-stress')
    .option('--list', 'name the profiles that come with table-stress')
    .option('--capacity <path>', 'folder or file of a capacity result')
    .option('--rate <number>', 'instead: assignments per second that the target carries')
    .option('--low <number>', 'lower end of its interval (default: the rate)')
    .option('--high <number>', 'upper end of its interval (default: the rate)')
    .option(
      '--with <label=path>',
      'another capacity result, with one thing changed, to rank gains (repeatable)',
      collect,
      [],
    )
    .option('--basis <span>', 'plan for the busiest minute or second of a day', 'minute')
    .option('--percentile <share>', 'of the days whose peak must be carried', '0.95')
    .option('--rounds <number>', 'simulated days of each scenario', '1000')
    .option('--seed <number>', 'of the simulation', '1')
    .option('--out <folder>', 'where the result goes, in a folder of its own', 'runs')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 enough, 2 bad usage, 4 unknown: no capacity, or too close to tell, 99 not enough

Examples:
  npm run stress -- forecast --list
  npm run stress -- forecast city-launch --rate 60 --low 55 --high 66
  npm run stress -- forecast launch.json --capacity runs/latest-capacity
  npm run stress -- forecast launch.json --capacity base --with pool-20=bigger-pool --basis second`,
    )
    .action(async (name: string | undefined, options: ForecastOptions) => {
      process.exitCode = await run(name, options);
    });
}

async function run(name: string | undefined, options: ForecastOptions): Promise<number> {
  if (options.list) {
    const profiles = await listProfiles();
    await print(profiles.map((each) => `${each.name.padEnd(20)}${each.about}\n`).join(''));
    return ExitCode.pass;
  }
  const { question, profileSource, out } = await checkForecast(name, options);
  const madeAt = Date.now();
  const folder = path.join(out, `${folderName(madeAt, randomBytes(4).toString('hex'))}-forecast`);
  await makeFolder(folder);
  const reporter = new StageReporter();
  const found = await reporter.stage(
    'simulate',
    async (progress) => forecast(question, progress),
    ({ rounds, seed }) => `${rounds} days of each scenario, seed ${seed}`,
  );
  const result: ForecastResult = {
    v: FORECAST_VERSION,
    kind: 'forecast',
    made_at: new Date(madeAt).toISOString(),
    command: process.argv.slice(2),
    profile_source: profileSource,
    ...found,
  };
  await writeForecast(folder, result);
  await print(
    options.json
      ? `${JSON.stringify(result, null, 2)}\n`
      : renderForecast(result, { folder, colour: wantsColour(process.stdout) }),
  );
  return result.exit_code;
}
