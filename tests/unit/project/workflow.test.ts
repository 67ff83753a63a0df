import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const workflow = readFileSync(path.join(root, '.github/workflows/table-stress.yml'), 'utf8');
const commands = readdirSync(path.join(root, 'scripts/commands'))
  .map((file) => readFileSync(path.join(root, 'scripts/commands', file), 'utf8'))
  .join('\n');
const steps = [...workflow.matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, command = '']) => command);

it('its steps call scripts, commands and options that there are', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const stress = steps.flatMap((step) => /^npm run (\w+) -- ([\w-]+)(.*)$/.exec(step)?.slice(1) ?? []);
  expect(stress.length).toBeGreaterThanOrEqual(9);
  for (const [, script = '', command = '', rest = ''] of steps.map(
    (step) => /^npm run (\w+) -- ([\w-]+)(.*)$/.exec(step) ?? [],
  )) {
    if (script === '') continue;
    expect(scripts).toHaveProperty(script);
    expect(commands).toContain(`.command('${command}')`);
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(commands, option).toContain(option);
  }
});

it('reads every variable that a staging run needs from secrets or variables, and writes no secret into a command', () => {
  const variables = ['SUPABASE_URL', 'SUPABASE_SECRET_KEY', 'SUPABASE_DB_URL', 'TABLE_STRESS_PROJECT_REF'];
  for (const name of variables)
    expect(workflow).toMatch(new RegExp(`${name}: \\$\\{\\{ (secrets|vars)\\.\\w+ \\}\\}`));
  for (const step of steps) expect(step).not.toContain('${{');
});

it('has a limit for its time, the least rights, and pinned actions', () => {
  expect(workflow).toMatch(/timeout-minutes: \d+/);
  expect(workflow).toMatch(/permissions:\n +contents: read/);
  for (const [, action] of workflow.matchAll(/uses: (\S+)/g)) expect(action).toMatch(/@v\d+$/);
  expect(workflow).not.toMatch(/\t/);
});
