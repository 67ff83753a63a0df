import type { Check } from '../check.ts';
import { entriesOf } from '../functions/entries.ts';
import { linesInSql } from '../functions/lines-in-sql.ts';
import { unseenIn } from '../functions/unseen.ts';
import { findUpgrades, type Upgrade } from '../functions/upgrades.ts';

/**
 * Looks at the bodies of all functions of the schema, read by PostgreSQL's own parser, and follows each call and each
 * statement on a table through the functions that it calls, the triggers that it fires, and the foreign keys that it
 * checks.
 *
 * Proves that there is a path on which a row is first locked in a way that others can have too (FOR KEY SHARE, by a
 * foreign key of what was just written) and then FOR UPDATE. When two transactions have both come as far as the first
 * lock, each waits for the other: a deadlock.
 *
 * Does not prove that the two locks are of the same row, nor that both branches are ever taken. An earlier lock of the
 * same row, of its parent, or an advisory lock on their ids keeps others out, and is taken for what its names say. SQL
 * that is put together when it runs is not seen, and said.
 */
export const lockUpgrades: Check = {
  id: 'lock-upgrades',
  kind: 'schema',
  severity: 'error',
  sentence: 'no function locks a row more strongly after a foreign key has locked it',
  needs: {},
  reasons: {
    'foreign-key-then-for-update': {
      says: 'a foreign key locks the parent row, then it is locked FOR UPDATE: two such calls deadlock',
      next: 'lock the parent before the first write to its children, or take FOR NO KEY UPDATE, which foreign keys do not wait for; to see it: table-stress run churn',
    },
    'share-then-stronger': {
      says: 'a row is locked FOR SHARE, then written or locked more strongly: two such calls deadlock',
      next: 'take the stronger lock at once',
    },
  },
  ask({ program }) {
    const entries = entriesOf(program);
    const { found, unfinished } = findUpgrades(program, entries);
    const unseen = unseenIn(program);
    return {
      query: found.length === 0 ? null : linesInSql(found.map(row)),
      lookedAt: { count: entries.length, of: 'calls and statements' },
      notSeen: unseen.elsewhere,
      unclear: [...unseen.core, ...unfinished.map((name) => `${name}: it runs more than was followed`)],
    };
  },
};

function row({ parent, hold, strength, site, path }: Upgrade) {
  return {
    values: {
      reason: hold.strength === 'share' ? 'share-then-stronger' : 'foreign-key-then-for-update',
      locked_table: `${parent.schema}.${parent.name}`,
      written_table: hold.child === null ? '' : `${hold.child.schema}.${hold.child.name}`,
      locked_for: strength,
      path: path.join(' → '),
    },
    places: [
      { called: 'first', site: hold.site },
      { called: 'second', site },
    ],
  };
}
