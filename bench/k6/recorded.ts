import exec from 'k6/execution';
import { Calls } from '../../scenarios/lib/calls.ts';
import { Client } from '../../scenarios/lib/client.ts';
import { Environment } from '../../scenarios/lib/environment.ts';
import { Pace } from '../../scenarios/lib/pace.ts';
import { Recorder } from '../../scenarios/lib/recorder.ts';
import { input, users } from './request.ts';

export { options } from './request.ts';

let calls: Calls | undefined;

/** As every scenario makes its calls: recorded. */
export default function recorded(): void {
  const names = { run: 'bbbbbbbb', runner: 'bench', scenario: 'bench' };
  calls ??= new Calls(
    new Client(new Environment('bench')),
    new Recorder(names, exec.vu.idInTest - 1, users),
    new Pace(0),
  );
  calls.assign(input, { expect: ['P0001'] });
}
