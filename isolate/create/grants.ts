import { identifier } from '../../sql/quoting.ts';
import type { Privilege } from '../catalog/privileges.ts';
import type { Step } from './run.ts';

/** Objects per statement. */
const CHUNK = 100;

/** A privilege as two schemas can have it in common: without who granted it. */
export function privilegeKey({ on, column, privilege, grantee, grantable }: Privilege): string {
  return JSON.stringify([on, column, privilege, grantee, grantable]);
}

/**
 * The statements that make the privileges that are there the wanted ones: default privileges may have given rights that
 * the source lacks, and PostgreSQL itself lets everybody execute functions.
 *
 * @param owner the role for which null stands
 */
export function grantSteps(
  wanted: readonly Privilege[],
  present: readonly Privilege[],
  owner: string,
): Step[] {
  const [wantedKeys, presentKeys] = [new Set(wanted.map(privilegeKey)), new Set(present.map(privilegeKey))];
  const extra = present.filter((each) => !wantedKeys.has(privilegeKey(each)));
  const missing = wanted.filter((each) => !presentKeys.has(privilegeKey(each)));
  return [...steps('revoke', extra, owner), ...steps('grant', missing, owner)];
}

function steps(verb: 'revoke' | 'grant', privileges: readonly Privilege[], owner: string): Step[] {
  const groups = new Map<string, string[]>();
  for (const each of privileges) {
    const at = each.on.indexOf(' ');
    const [kind, name] = [each.on.slice(0, at), each.on.slice(at + 1)];
    const right = each.column === null ? each.privilege : `${each.privilege} (${each.column})`;
    const role = each.grantee ?? identifier(owner);
    const head = `${verb} ${right} on ${kind} `;
    const tail =
      verb === 'grant' ? ` to ${role}${each.grantable ? ' with grant option' : ''}` : ` from ${role}`;
    const key = JSON.stringify([head, tail]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return [...groups].flatMap(([key, names]) => {
    const [head = '', tail = ''] = JSON.parse(key) as string[];
    const chunks: Step[] = [];
    for (let at = 0; at < names.length; at += CHUNK) {
      const part = names.slice(at, at + CHUNK);
      chunks.push({ id: `${head}${part[0]}…${tail}`, text: `${head}${part.join(', ')}${tail}` });
    }
    return chunks;
  });
}
