import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../../audit/functions/entries.ts';
import { findUpgrades } from '../../../audit/functions/upgrades.ts';
import { deployed, plpgsql, triggerFunction } from './deployed.ts';

/** `table first-line-that-locks → line-that-upgrades` of each upgrade that is found. */
function found(...given: Parameters<typeof deployed>): string[] {
  const program = deployed(...given);
  return findUpgrades(program, entriesOf(program)).found.map(
    ({ parent, hold, site }) =>
      `${parent.name} ${hold.site.routine?.name ?? 'statement'}:${hold.site.line} → ${site.routine?.name ?? 'statement'}:${site.line}`,
  );
}

const insert = 'insert into allocations (booking_id, restaurant_id) values (p_booking_id, p_restaurant_id);';
const lock = 'perform 1 from restaurants where id = p_restaurant_id for update;';

/** Bodies of one function, line by line, and the lines that have to be blamed; none: it is right. */
const bodies: { name: string; lines: string[]; blamed?: string }[] = [
  { name: 'a child is written, then the parent locked', lines: [insert, lock], blamed: '3 → 4' },
  { name: 'the parent is locked first', lines: [lock, insert, lock] },
  {
    name: 'foreign keys do not wait for FOR NO KEY UPDATE',
    lines: [insert, lock.replace('for update', 'for no key update')],
  },
  {
    name: 'FOR KEY SHARE is what a foreign key takes',
    lines: [insert, lock.replace('for update', 'for key share')],
  },
  {
    name: 'a quoted table, an alias, a join',
    lines: [
      'insert into public."Odd Table" (restaurant_id) values (p_restaurant_id);',
      'perform 1 from "public"."restaurants" as r join zones z on z.restaurant_id = r.id',
      '  where r.id = p_restaurant_id for update of r;',
    ],
    blamed: '3 → 4',
  },
  {
    name: 'another table of the join is locked',
    lines: [
      insert,
      'perform 1 from restaurants r join bookings b on b.restaurant_id = r.id for update of z;'.replace(
        'of z',
        'of b',
      ),
    ],
    blamed: '3 → 4 bookings',
  },
  { name: 'an update of a column that is no key', lines: ["update bookings set status = 'x';", lock] },
  {
    name: 'an update of the key',
    lines: ['update bookings set restaurant_id = p_restaurant_id;', lock],
    blamed: '3 → 4',
  },
  {
    name: 'a column that is not given has no foreign key to check',
    lines: ['insert into allocations (booking_id) values (p_booking_id);', lock],
  },
  { name: 'all columns', lines: ['insert into allocations select * from other;', lock], blamed: '3 → 4' },
  { name: 'a delete takes no lock on parents', lines: ['delete from allocations;', lock] },
  {
    name: 'one of two branches writes, the other locks',
    lines: ['if p_new then', insert, 'else', lock, 'end if;'],
  },
  { name: 'the branch that writes returns', lines: ['if p_new then', insert, 'return;', 'end if;', lock] },
  {
    name: 'the branch that writes raises',
    lines: ['if p_new then', insert, "raise exception 'no';", 'end if;', lock],
  },
  {
    name: 'the branch that writes goes on',
    lines: ['if p_new then', insert, 'end if;', lock],
    blamed: '4 → 6',
  },
  {
    name: 'only one branch locks first',
    lines: ['if p_new then', lock, 'end if;', insert, lock],
    blamed: '6 → 7',
  },
  {
    name: 'both branches lock first',
    lines: ['if p_new then', lock, 'else', lock, 'end if;', insert, lock],
  },
  {
    name: 'what one round of a loop leaves to the next',
    lines: ['for i in 1..2 loop', 'perform 1 from restaurants for update;', insert, 'end loop;'],
  },
  {
    name: 'a loop that writes before the lock behind it',
    lines: ['loop', insert, 'exit when p_new;', 'end loop;', lock],
    blamed: '4 → 7',
  },
  {
    name: 'a loop that is left at once',
    lines: ['loop', insert, 'exit;', 'end loop;', lock],
    blamed: '4 → 7',
  },
  {
    name: 'a loop whose rounds only sometimes lock first',
    lines: ['for i in 1..2 loop', 'if p_new then', lock, 'end if;', insert, 'end loop;'],
    blamed: '7 → 5',
  },
  {
    name: 'a handler begins without what its block did',
    lines: ['begin', insert, 'exception when others then', lock, 'end;'],
  },
  {
    name: 'FOR loop over rows',
    lines: [insert, 'for v in select * from restaurants for update loop', 'null;', 'end loop;'],
    blamed: '3 → 4',
  },
  {
    name: 'WITH is no table',
    lines: [insert, 'with restaurants as (select 1 as id) select 1 into v from restaurants for update;'],
  },
  {
    name: 'a temporary table is none of these',
    lines: ['insert into pg_temp.allocations values (1);', lock],
  },
  {
    name: 'inside WITH',
    lines: [`with made as (${insert.slice(0, -1)} returning id) select 1 into v from made;`, lock],
    blamed: '3 → 4',
  },
  {
    name: 'ON CONFLICT DO UPDATE inserts or updates',
    lines: [insert.replace(';', " on conflict (id) do update set status = 'x';"), lock],
    blamed: '3 → 4',
  },
  {
    name: 'MERGE',
    lines: [
      'merge into allocations a using (select 1 as id) n on a.id = n.id',
      '  when not matched then insert (restaurant_id) values (p_restaurant_id);',
      lock,
    ],
    blamed: '3 → 5',
  },
  {
    name: 'FOR SHARE, then an update',
    lines: ['perform 1 from restaurants for share;', "update restaurants set status = 'x';"],
    blamed: '3 → 4',
  },
  {
    name: 'FOR SHARE, then FOR NO KEY UPDATE',
    lines: ['perform 1 from restaurants for share;', 'perform 1 from restaurants for no key update;'],
    blamed: '3 → 4',
  },
  {
    name: 'its own new row',
    lines: [
      'insert into bookings (id) values (p_booking_id);',
      insert,
      'perform 1 from bookings for update;',
    ],
  },
  {
    name: 'EXECUTE of a constant',
    lines: [insert, "execute 'select 1 from restaurants for update';"],
    blamed: '3 → 4',
  },
  {
    name: 'EXECUTE of format with a quoted value',
    lines: [insert, "execute format('select 1 from restaurants where id = %L for update', p_booking_id);"],
    blamed: '3 → 4',
  },
  { name: 'EXECUTE of anything is not seen', lines: [insert, 'execute v_sql;'] },
  {
    name: 'words in strings and comments',
    lines: [
      insert,
      "raise notice 'select 1 from restaurants for update'; -- for update",
      '/* perform 1 from restaurants for update; */',
    ],
  },
];

describe('the body of one function', () => {
  it.each(bodies)('$name', ({ lines, blamed }) => {
    const body = ['declare v record; v_sql text;', ...['begin'], ...lines, 'end'].join('\n');
    const parameters = 'p_booking_id uuid, p_restaurant_id uuid, p_new boolean default true';
    // Line 1 is the empty one behind the opening dollars.
    const [pair, table = 'restaurants'] = (blamed ?? '').split(/ (?=[a-z])/);
    const [first, second] = (pair ?? '').split(' → ').map((line) => Number(line) + 1);
    expect(found([plpgsql('assign', body, parameters)])).toEqual(
      blamed === undefined ? [] : [`${table} assign:${first} → assign:${second}`],
    );
  });
});

describe('several functions', () => {
  const checkCapacity = plpgsql('check_capacity', `begin\n${lock}\nend`, 'p_restaurant_id uuid');

  it('a helper locks what its caller has written below', () => {
    const caller = plpgsql(
      'assign',
      `begin\n${insert}\nperform check_capacity(p_restaurant_id);\nend`,
      'p_booking_id uuid, p_restaurant_id uuid',
    );
    expect(found([caller, checkCapacity])).toEqual(['restaurants assign:3 → check_capacity:3']);
  });

  it('a helper writes, and its caller locks', () => {
    const caller = plpgsql('assign', `begin\nperform write_it();\n${lock}\nend`, 'p_restaurant_id uuid');
    const helper = plpgsql('write_it', `begin\ninsert into zones (restaurant_id) values (v);\nreturn;\nend`);
    expect(found([caller, helper])).toEqual(['restaurants write_it:3 → assign:4']);
  });

  it('a helper that every caller calls under the lock is right', () => {
    const caller = plpgsql('assign', `begin\n${lock}\nperform write_it();\nend`, 'p_restaurant_id uuid');
    const helper = plpgsql(
      'write_it',
      `begin\ninsert into zones (restaurant_id) values (v);\nperform 1 from restaurants for update;\nend`,
    );
    expect(found([caller, helper])).toEqual([]);
  });

  it('through SQL functions, defaults and overloads', () => {
    const caller =
      'create function public.assign(p uuid) returns void language sql as $$\n insert into zones (restaurant_id) values (p);\n select public.lock_it(p) $$';
    const fits =
      'create function public.lock_it(a uuid, b uuid default null) returns void language sql as $$ select 1 from restaurants for update $$';
    const doesNot =
      'create function public.lock_it() returns void language sql as $$ select 1 from zones for update $$';
    expect(found([caller, fits, doesNot])).toEqual(['restaurants assign:2 → lock_it:1']);
  });

  it('a trigger of what is written', () => {
    const write = plpgsql('assign', `begin\ninsert into allocations (restaurant_id) values (v);\nend`);
    const fired = triggerFunction('count_covers', 'perform 1 from restaurants for update;');
    const after = [{ on: 'allocations', runs: 'count_covers' }];
    expect(found([write, fired], after)).toEqual([
      expect.stringMatching(/^restaurants \w+:\d+ → count_covers:3$/),
    ]);
    expect(
      found([write, fired], [{ ...after[0], on: 'allocations', runs: 'count_covers', enabled: false }]),
    ).toEqual([]);
    expect(found([write, fired], [{ on: 'allocations', runs: 'count_covers', events: ['delete'] }])).toEqual(
      [],
    );
    expect(found([write, fired], [{ on: 'allocations', runs: 'count_covers', when: 'before' }])).toEqual([]);
  });

  it('a trigger that locks first only under a condition cannot be relied on', () => {
    const first = triggerFunction('lock_first', 'perform 1 from restaurants for update;');
    const last = triggerFunction('lock_last', 'perform 1 from restaurants for update;');
    const fires = (conditional: boolean) => [
      { on: 'bookings', runs: 'lock_first', when: 'before' as const, conditional },
      { on: 'bookings', runs: 'lock_last' },
    ];
    expect(found([first, last], fires(false))).toEqual([]);
    expect(found([first, last], fires(true))).toEqual(['restaurants statement:0 → lock_last:3']);
  });

  it('a statement on a table, without any function', () => {
    const fired = triggerFunction('count_covers', 'perform 1 from restaurants for update;');
    const program = deployed([fired], [{ on: 'bookings', runs: 'count_covers', conditional: true }]);
    const [upgrade] = findUpgrades(program, entriesOf(program)).found;
    expect(upgrade?.path).toEqual(['insert into bookings', 'trigger trigger_1 on bookings']);
    expect(upgrade?.hold).toMatchObject({ site: { routine: null }, child: { name: 'bookings' } });
  });

  it('a transition table is not the table of that name', () => {
    const fired = triggerFunction('count_covers', 'perform 1 from restaurants for update;');
    const named = { on: 'bookings', runs: 'count_covers', transitionTables: ['restaurants'] };
    expect(found([fired], [named])).toEqual([]);
  });

  it('a foreign key that is checked at the end of the transaction locks too late to matter', () => {
    const body = plpgsql(
      'assign',
      `begin\n${insert}\n${lock}\nend`,
      'p_booking_id uuid, p_restaurant_id uuid',
    );
    expect(found([body], [], { deferred: ['allocations.restaurant_id'] })).toEqual([]);
  });

  it('recursion ends', () => {
    const body = plpgsql(
      'assign',
      `begin\n${lock}\n${insert}\nperform assign(p_booking_id, p_restaurant_id);\nend`,
      'p_booking_id uuid, p_restaurant_id uuid',
    );
    expect(found([body])).toEqual([]);
  });
});

describe('a lock that keeps others out before', () => {
  const write =
    'insert into booking_table_assignments (table_id) values (p_table_id);\nperform 1 from table_inventory for update;';
  const whole = (guard: string, declared = '') =>
    plpgsql(
      'assign',
      `declare ${declared}\nbegin\n${guard}\n${write}\nend`,
      'p_table_id uuid, p_restaurant_id uuid, p_zone_id uuid, p_at timestamptz',
    );
  const blamed = ['table_inventory assign:5 → assign:6'];

  it.each([
    ["on the parent's parent", 'perform 1 from restaurants where id = p_restaurant_id for update;', []],
    ['on something else', 'perform 1 from bookings for update;', blamed],
    [
      'advisory, on the restaurant',
      "perform pg_advisory_xact_lock(hashtextextended('floor:' || p_restaurant_id::text, 42));",
      [],
    ],
    [
      'advisory, on the zone and the hour',
      'perform pg_advisory_xact_lock(hashtext(p_zone_id::text), extract(hour from p_at)::int);',
      blamed,
    ],
    ['advisory, one for all', 'perform pg_advisory_xact_lock(7);', []],
    ['advisory, shared', 'perform pg_advisory_xact_lock_shared(7);', blamed],
    ['advisory, if it is free', 'perform pg_try_advisory_xact_lock(7);', blamed],
    ['advisory, by way of a helper', 'perform lock_floor(p_restaurant_id);', []],
    [
      'advisory, by way of a variable',
      'v_key := hashtext(p_restaurant_id::text); perform pg_advisory_xact_lock(v_key);',
      [],
    ],
    ['advisory, of a variable that nobody knows', 'perform pg_advisory_xact_lock(v_key);', blamed],
  ])('%s', (_, guard, expected) => {
    const helper =
      'create function public.lock_floor(p_restaurant_id uuid) returns void language sql as $$ select pg_advisory_xact_lock(hashtext($1::text)) $$';
    expect(found([whole(guard, 'v_key bigint;'), helper])).toEqual(expected);
  });

  it('does not guard what lies above it', () => {
    const guard = 'perform 1 from zones where id = p_zone_id for update;';
    const body = plpgsql(
      'assign',
      `begin\n${guard}\n${insert}\n${lock}\nend`,
      'p_zone_id uuid, p_booking_id uuid, p_restaurant_id uuid',
    );
    expect(found([body])).toEqual(['restaurants assign:4 → assign:5']);
  });

  it('comes too late behind the write', () => {
    const late = `insert into booking_table_assignments (table_id) values (p_table_id);\nperform pg_advisory_xact_lock(hashtext(p_restaurant_id::text));\nperform 1 from table_inventory for update;`;
    const body = plpgsql('assign', `begin\n${late}\nend`, 'p_table_id uuid, p_restaurant_id uuid');
    expect(found([body])).toEqual(['table_inventory assign:3 → assign:5']);
  });
});
