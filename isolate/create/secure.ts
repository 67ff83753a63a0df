import type { CatalogObject } from '../catalog/object.ts';
import { wordsOf } from './mentions.ts';

const callerWords = new Set(['current_user', 'session_user', 'current_role', 'user']);

/**
 * Why a function that runs with the caller's rights and builds SQL cannot be made to run with its owner's: the caller
 * is `service_role`, which may write the real tables. Null when it can.
 */
export function whyNotSecured({ routine }: CatalogObject): string | null {
  if (routine === undefined) return null;
  const words = wordsOf(routine.body);
  const caller = words.find((word) => callerWords.has(word));
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
  const at = words.findIndex(
    (word, index) =>
      (word === 'role' && ['set', 'local', 'session'].includes(words[index - 1] ?? '')) ||
      (word === 'authorization' && words[index - 1] === 'session'),
  );
  return at < 0 ? null : 'changes its role';
}

/** The same function, with the rights of its owner. */
export function secured(object: CatalogObject): CatalogObject {
  const { routine } = object;
  if (routine === undefined) return object;
  return { ...object, create: routine.statement(true), routine: { ...routine, securityDefiner: true } };
}
