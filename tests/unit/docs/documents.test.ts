import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { causes } from '../../../contracts/diagnosis.ts';
import { ExitCode } from '../../../contracts/errors.ts';
import { faultKinds } from '../../../contracts/faults.ts';
import { variantNames } from '../../../contracts/status-matrix.ts';
import { scenarioNames } from '../../../contracts/thresholds.ts';
import { invariantIds } from '../../../contracts/verdict.ts';
import { operationTypes, resultClasses } from '../../../history/operation.ts';
import { definitionOf } from '../../../plan/scenarios.ts';
import { listBroken } from '../../../reference/broken.ts';
import { beyondExplore, concurrencyVariants } from '../../../scripts/proof/concurrency-variants.ts';
import { groupsOf } from '../../../status-matrix/tally.ts';
import { whatVariantsDo } from '../../../status-matrix/variants.ts';
import { planWalks } from '../../../status-matrix/walks.ts';
import { invariants } from '../../../verify/verify.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const documents = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('README', () => {
  const readme = read('README.md');

  it('has every promise with the words of its check', () => {
    const promises = rows(readme).filter(
      ([id, , third]) => third === undefined && (invariantIds as readonly string[]).includes(id ?? ''),
    );
    expect(promises).toEqual(invariants.map(({ id, promise }) => [id, promise]));
  });

  it('has every exit code', () => {
    const codes = rows(readme).flatMap(([code = '']) => (/^\d+$/.test(code) ? [Number(code)] : []));
    expect(codes).toEqual(Object.values(ExitCode));
  });

  it('has every scenario', () => {
    const written = readme.replace(/<!-- (proof: [a-z]+) -->[\s\S]*<!-- \/\1 -->/g, '');
    const named = rows(written).flatMap(([name = '']) =>
      /^`[a-z-]+`$/.test(name) ? [name.slice(1, -1)] : [],
    );
    expect(named).toEqual([...scenarioNames]);
  });

  it('shows a summary with every promise, as the program prints it', () => {
    for (const id of invariantIds) expect(readme).toMatch(new RegExp(`✔ pass +${id} `));
  });

  it('names only commands and options that there are', () => {
    const sources = readdirSync(path.join(root, 'scripts/commands'))
      .map((file) => read(`scripts/commands/${file}`))
      .join('\n');
    for (const [, command = '', rest = ''] of readme.matchAll(/npm run stress -- ([a-z-]+)([^#\n`]*)/g)) {
      expect(sources).toContain(`.command('${command}')`);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(sources, option).toContain(option);
    }
    const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>;
    for (const name of ['start', 'test', 'stress', 'build']) expect(scripts).toHaveProperty(name);
  });
});

describe('docs', () => {
  it('compare broken variants with the files', async () => {
    const listed = rows(read('docs/broken-variants.md')).filter(([id = '']) => id.startsWith('`'));
    const variants = await listBroken();
    expect(listed).toEqual(
      variants.map(({ id, category, defect, expect: by, scenario, fault }) => [
        `\`${id}\``,
        category,
        defect,
        by,
        fault === undefined ? scenario : `${scenario} with ${fault}`,
      ]),
    );
  });

  it('have every cause, with its words', () => {
    const listed = rows(read('docs/diagnosis.md')).filter(([name = '']) => name.startsWith('`'));
    expect(listed.map(([name, words]) => [name, words])).toEqual(
      Object.entries(causes).map(([name, words]) => [`\`${name}\``, words]),
    );
  });

  it('have every fault, with its words', () => {
    const listed = rows(read('docs/faults.md')).filter(([name = '']) => name.startsWith('`'));
    expect(listed).toEqual(Object.entries(faultKinds).map(([name, text]) => [`\`${name}\``, text]));
  });

  it('have a proof of every broken variant that there is, in the README by category', async () => {
    const variants = await listBroken();
    const proved = rows(read('docs/proof.md')).map(([id = '']) => id);
    const readme = read('README.md');
    const section = readme.slice(
      readme.indexOf('<!-- proof: broken -->'),
      readme.indexOf('<!-- /proof: broken -->'),
    );
    for (const { id } of variants) {
      expect(proved, 'npm run proof -- broken').toContain(`\`${id}\``);
      expect(section).toContain(`\`${id}\``);
    }
    expect(section).toMatch(/, 0 false alarms/);
  });

  it('have each concurrency variant found by explore, in a minute and with two preemptions at most', async () => {
    const readme = read('README.md');
    const section = readme.slice(
      readme.indexOf('<!-- proof: explore -->'),
      readme.indexOf('<!-- /proof: explore -->'),
    );
    const listed = new Map(rows(section).map(([id = '', ...cells]) => [id.replaceAll('`', ''), cells]));
    for (const { id, expect: promise } of await concurrencyVariants()) {
      const [, found, , , preemptions, seconds] = listed.get(id) ?? [];
      expect(found, `${id}: npm run proof -- explore`).toBe(beyondExplore[id] ?? promise);
      if (id in beyondExplore) continue;
      expect(Number(preemptions), id).toBeLessThanOrEqual(2);
      expect(Number(seconds), id).toBeLessThan(60);
    }
    expect(section).toMatch(/The correct application, all \d+ cases of two calls.*every promise kept/);
  });

  it('say what each scenario can break', () => {
    const listed = rows(read('docs/scenarios.md')).filter(([id = '']) =>
      scenarioNames.some((name) => id === `\`${name}\``),
    );
    expect(listed.map(([name, , breaks]) => [name, breaks])).toEqual(
      scenarioNames.map((name) => [`\`${name}\``, definitionOf(name).promises.join(', ')]),
    );
  });

  it('have every variant of the status, with its words, and every group of cases', () => {
    const listed = rows(read('docs/status-matrix.md'));
    expect(listed.filter(([name = '']) => name.startsWith('`'))).toEqual(
      variantNames.map((name) => [`\`${name}\``, whatVariantsDo[name]]),
    );
    const groups = groupsOf(planWalks(0).map((walk) => walk.case));
    expect(listed.map(([group]) => group).filter((group) => groups.includes(group ?? ''))).toEqual(groups);
  });

  it('have every promise, class and type', () => {
    for (const id of invariantIds) expect(read('docs/verdicts.md')).toContain(`| ${id} |`);
    for (const name of resultClasses) expect(read('docs/formats.md')).toContain(`\`${name}\``);
    for (const name of operationTypes) expect(read('docs/formats.md')).toContain(`\`${name}\``);
  });

  it('say of every promise what its module says', () => {
    const page = read('docs/verdicts.md');
    for (const id of invariantIds) {
      const module = read(`verify/invariants/${id}.ts`);
      const docstring =
        /\/\*\*((?:(?!\*\/)[\s\S])*?)\*\/\nexport const \w+: Invariant/.exec(module)?.[1] ?? '';
      const words = (text: string): string =>
        text
          .replace(/^ ?[*-] ?/gm, '')
          .replaceAll('**', '')
          .replace(/\s+/g, ' ')
          .trim();
      const section = page.slice(page.indexOf(`### ${id}\n`)).split(/\n#{2,3} /)[0] ?? '';
      expect(words(section.replace(/^### .*\n/, ''))).toBe(words(docstring));
      for (const part of ['Proves ', 'Does not prove ']) expect(docstring, id).toContain(part);
      expect(docstring, id).toMatch(/Assumes that|Rests on/);
    }
  });

  it('list exactly the dependencies that there are', () => {
    const listed = rows(read('docs/dependencies.md')).flatMap(([name = '']) =>
      name.startsWith('`') ? [name.slice(1, -1)] : [],
    );
    expect(listed.sort()).toEqual(Object.keys(JSON.parse(read('package.json')).dependencies).sort());
  });

  it.each(documents)('%s links only to files that there are', (file) => {
    for (const [, target = ''] of read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue;
      expect(existsSync(path.join(root, path.dirname(file), target.replace(/\s+/g, ' '))), target).toBe(true);
    }
  });

  it.each(documents)('%s names no path of a machine and no registry', (file) => {
    expect(read(file)).not.toMatch(/\/(root|home|Users)\/\w|registry\.npmjs|proxy\.golang|deb\.debian/);
  });
});
