import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allChecks } from '../../../audit/checks/all.ts';
import { coreFunctions } from '../../../audit/core-functions.ts';
import { auditExitCodes } from '../../../contracts/audit-result.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const document = readFileSync(path.join(root, 'docs/audit.md'), 'utf8');
const words = (text: string): string => text.replace(/\s+/g, ' ').toLowerCase();

describe('docs/audit.md', () => {
  it('has a section for each check, in the order of the output', () => {
    const sections = [...document.matchAll(/^### (.+)$/gm)].map(([, id]) => id);
    expect(sections).toEqual(allChecks.map(({ id }) => id));
  });

  it.each(allChecks)('$id: its sentence and its reasons', ({ id, sentence, reasons }) => {
    const section = document.split(`\n### ${id}\n`)[1]?.split(/\n##/)[0] ?? '';
    expect(words(section)).toContain(`*${words(sentence)}.*`);
    for (const reason of Object.keys(reasons)) expect(section).toContain(`\`${reason}\``);
  });

  it('has the columns that the checks read, and no others', () => {
    const granted = [...document.matchAll(/grant select \(([^)]*)\)\s+on (\w+) to auditor/g)].map(
      ([, columns = '', table = '']) =>
        [table, columns.split(',').map((each) => each.trim().replaceAll('"', ''))] as const,
    );
    const needed = new Map<string, Set<string>>();
    for (const { needs } of allChecks) {
      for (const [table, columns] of Object.entries(needs)) {
        const names = columns.map((each) => (typeof each === 'string' ? each : each.name));
        needed.set(table, new Set([...(needed.get(table) ?? []), ...names]));
      }
    }
    // What makes findings say more, where it is there.
    needed.get('table_inventory')?.add('table_number');
    needed.get('allocations')?.add('created_at');
    needed.get('bookings')?.add('checked_in_at').add('checked_out_at');
    expect(new Map(granted.map(([table, columns]) => [table, new Set(columns)]))).toEqual(needed);
  });

  it('has every exit code, option and core function', () => {
    for (const code of [...Object.values(auditExitCodes), 2, 3]) expect(document).toContain(`| ${code} |`);
    const command = readFileSync(path.join(root, 'scripts/commands/audit.ts'), 'utf8');
    for (const [, option] of document.matchAll(/^\| `(--[a-z-]+)/gm)) expect(command).toContain(option);
    for (const name of coreFunctions) expect(document).toContain(`\`${name}\``);
  });
});
