import type { CatalogObject } from '../catalog/object.ts';
import { wordsOf } from './mentions.ts';

/** `session_user` is the same with the rights of the owner. */
const callerWords = new Set(['current_user', 'current_role', 'user']);
/** What stands before a statement. */
const beginnings = new Set([undefined, ';', 'begin', 'then', 'else', 'loop', 'atomic', '>>']);

/**
 * Why a function that runs with the caller's rights and builds SQL cannot be made to run with its owner's: the caller
 * is `service_role`, which may write the real tables. Null when it can.
 */
export function whyNotSecured({ routine }: CatalogObject): string | null {
  if (routine === undefined) return null;
  const words = wordsOf(routine.body);
  const caller = words.find((word, index) => callerWords.has(word) && words[index - 1] !== '.');
  if (caller !== undefined) {
    return `builds SQL that runs with the caller's rights and asks for ${caller}, so it cannot run with its owner's`;
  }
  if (routine.procedure && words.some((word) => word === 'commit' || word === 'rollback')) {
    return "builds SQL that runs with the caller's rights and ends transactions, so it cannot run with its owner's";
  }
  return null;
}

/** What makes a body run as somebody else than the clone's owner, whatever else is done. */
export function changesRole({ routine }: CatalogObject): string | null {
  if (routine === undefined) return null;
  const setting = routine.settings.find((each) => /^(role|session_authorization)=/i.test(each));
  if (setting !== undefined) return `runs as another role (SET ${setting.replace('=', ' = ')})`;
  const words = wordsOf(routine.body);
  const sets = words.some((word, index) => {
    // `update members set role = …` changes a column.
    if (word !== 'set' || !beginnings.has(words[index - 1])) return false;
    const next = ['local', 'session'].includes(words[index + 1] ?? '') ? index + 2 : index + 1;
    return (
      words[next] === 'role' || words[next] === 'authorization' || words[next] === 'session_authorization'
    );
  });
  const configures = /\bset_config\s*\(\s*'(role|session_authorization)'/i.test(routine.body);
  return sets || configures ? 'changes its role' : null;
}

/** The same function, with the rights of its owner. */
export function secured(object: CatalogObject): CatalogObject {
  const { routine } = object;
  if (routine === undefined) return object;
  return { ...object, create: routine.statement(true), routine: { ...routine, securityDefiner: true } };
}
