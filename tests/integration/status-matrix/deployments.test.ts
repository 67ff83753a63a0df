import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { refuseBeyondTransaction } from '../../../status-matrix/beyond-transaction.ts';
import { unobserved } from '../../../status-matrix/judge.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type MatrixProject, outcomes, startMatrixProject } from './project.ts';

const migrations = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));

let project: MatrixProject;
let undo: string[] = [];

beforeAll(async () => {
  project = await startMatrixProject(migrations);
});
afterAll(() => project?.stop());
beforeEach(() => {
  undo = [];
});
afterEach(async () => {
  for (const statement of undo) await project.sql.unsafe(statement);
});

/** Changes the deployed application for one test. */
async function deploy(statements: string, undoing: string): Promise<void> {
  undo.unshift(undoing);
  await project.sql.unsafe(statements);
}

async function replaceInRefresh(fragment: string, replacement: string): Promise<void> {
  const [row] = await project.sql<{ definition: string }[]>`
    select pg_get_functiondef('public.refresh_table_status(uuid)'::regprocedure) as definition`;
  const definition = row?.definition ?? '';
  expect(definition).toContain(fragment);
  await deploy(definition.replace(fragment, replacement), definition);
}

/** A trigger that lets nobody but the refresh write a status. */
async function guardStatus(body: string, enabled: string): Promise<void> {
  await deploy(
    `create function guard_status() returns trigger language plpgsql as $$
     begin
       if pg_trigger_depth() = 1 and position('refresh_table_status' in current_query()) = 0 then ${body} end if;
       return new;
     end $$;
     create trigger guard_status before update of status on table_inventory
       for each row execute function guard_status();
     alter table table_inventory enable ${enabled} trigger guard_status`,
    'drop function guard_status cascade',
  );
}

describe('a status that only the refresh may write', () => {
  it.each([
    ['is taken back at once', 'new.status := old.status;'],
    ['is refused', "raise exception 'status is written by refresh_table_status' using errcode = '42501';"],
  ])('%s: it is written while triggers are off', async (_, body) => {
    await guardStatus(body, '');
    const { observations, variant, verdict } = await project.inTransaction();
    expect(variant.names).toEqual(['correct']);
    const forced = observations.filter(({ previous_by }) => previous_by === 'write without triggers');
    expect(forced.length).toBeGreaterThan(100);
    expect(forced.every(({ outcome }) => outcome === 'agrees')).toBe(true);
    // By hand, nobody put a table out of service here: that triggers are off would hide whose hand it was.
    const open = unobserved(observations);
    expect(open.length).toBeGreaterThan(30);
    expect(new Set(open.map(({ previous }) => previous))).toEqual(new Set(['out_of_service']));
    expect(verdict).toBe('unknown');
  });

  it('even while triggers are off is not observed, and has not passed', async () => {
    await guardStatus('new.status := old.status;', 'always');
    const { observations, verdict } = await project.inTransaction();
    expect(verdict).toBe('unknown');
    const open = observations.filter(({ outcome }) => outcome === 'not observed');
    expect(open.length).toBeGreaterThan(150);
    expect(open[0]?.reason).toMatch(/^the status \w+ cannot be written: \w+ is stored at once$/);
    expect(open.every(({ stored }) => stored === null)).toBe(true);
  });

  it('is brought about by the refresh itself on the virtual clock', async () => {
    await guardStatus('new.status := old.status;', 'always');
    const { observations, verdict } = await project.onClock();
    expect(verdict).toBe('pass');
    expect(outcomes(observations)).toEqual({ agrees: 57 * 4 + 6 * 12, 'not possible': 16 });
  });
});

describe('a refresh', () => {
  it('that asks a clock that goes on is correct, and is said to', async () => {
    await replaceInRefresh('a."window" @> now()', 'a."window" @> clock_timestamp()');
    const { variant, verdict } = await project.inTransaction();
    expect(variant).toMatchObject({ names: ['correct'], clock: 'moving' });
    expect(verdict).toBe('pass');
  });

  it('that asks a clock that goes on, and is wrong, is still named', async () => {
    await replaceInRefresh('a."window" @> now()', 'upper(a."window") > clock_timestamp()');
    const { variant, verdict } = await project.inTransaction();
    expect([variant.names, verdict]).toEqual([['legacy'], 'fail']);
  });

  it('that raises an error fails with it', async () => {
    const raise = "PERFORM 1 / (1 - (v_allocated AND v_table.status = 'occupied')::int); v_status := CASE";
    await replaceInRefresh('v_status := CASE', raise);
    const { variant, verdict, observations } = await project.inTransaction();
    expect([variant.names, verdict]).toEqual([[], 'fail']);
    const broken = observations.find(
      ({ case: id, previous }) => id === 'under-way' && previous === 'occupied',
    );
    expect(broken).toMatchObject({ stored: null, outcome: 'differs' });
    expect(broken?.reason).toBe('it raised an error (22012: division by zero)');
  });

  it('that is wrong in a way nobody knows is called unknown', async () => {
    await replaceInRefresh(
      'IF v_status = v_table.status THEN',
      "IF v_table.status = 'reserved' AND v_status = 'occupied' THEN v_status := 'available'; END IF; IF v_status = v_table.status THEN",
    );
    const { variant, verdict } = await project.inTransaction();
    expect([variant.names, verdict]).toEqual([[], 'fail']);
    expect(variant.text).toMatch(/^an unknown variant: closest is correct, from which \d of 228 /);
  });
});

describe('a schema', () => {
  it('without the constraint has the overlapping cases too', async () => {
    await deploy(
      'alter table allocations drop constraint allocations_no_overlap',
      `alter table allocations add constraint allocations_no_overlap exclude using gist
         (restaurant_id with =, resource_type with =, resource_id with =, "window" with &&) where (not shadow)`,
    );
    const { observations, verdict } = await project.inTransaction();
    expect(verdict).toBe('pass');
    expect(outcomes(observations)).toEqual({ agrees: 61 * 4 });
  });

  it('whose constraint is only checked at commit allows no more for that', async () => {
    await deploy(
      `alter table allocations drop constraint allocations_no_overlap;
       alter table allocations add constraint allocations_no_overlap exclude using gist
         (restaurant_id with =, resource_type with =, resource_id with =, "window" with &&) where (not shadow)
         deferrable initially deferred`,
      `alter table allocations drop constraint allocations_no_overlap;
       alter table allocations add constraint allocations_no_overlap exclude using gist
         (restaurant_id with =, resource_type with =, resource_id with =, "window" with &&) where (not shadow)`,
    );
    expect(outcomes((await project.inTransaction()).observations)).toEqual({
      agrees: 57 * 4,
      'not possible': 16,
    });
  });

  it('that stores whole seconds cannot have the boundaries: they are not observed', async () => {
    await deploy(
      `create function whole_seconds() returns trigger language plpgsql as $$
       begin
         new."window" := tstzrange(date_trunc('second', lower(new."window")), date_trunc('second', upper(new."window")));
         return new;
       end $$;
       create trigger whole_seconds before insert on allocations for each row execute function whole_seconds()`,
      'drop function whole_seconds cascade',
    );
    const { observations, verdict } = await project.inTransaction();
    expect(verdict).toBe('unknown');
    const open = observations.find(({ case: id }) => id === 'at-start');
    expect(open?.reason).toMatch(/^the application stores other windows \(.*\) than were written/);
  });

  it('that nobody may write to is no verdict', async () => {
    await deploy(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;
       create trigger refuse before insert on restaurants for each row execute function refuse()`,
      'drop function refuse cascade',
    );
    const failure = await project.inTransaction().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TargetError);
    expect((failure as Error).message).toMatch(/not even to roll them back \(P0001: closed\)/);
  });

  it('whose connection goes away on the way is no verdict, and nothing is left', async () => {
    await deploy(
      `create function hang_up() returns trigger language plpgsql as $$
       begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
       create trigger hang_up before insert on allocations for each row execute function hang_up()`,
      'drop function hang_up cascade',
    );
    const failure = await project.inTransaction().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TargetError);
    expect((failure as Error).message).toMatch(/^the database broke the status matrix off/);
    const [left] = await project.sql`select count(*)::int as rows from restaurants`;
    expect(left).toEqual({ rows: 0 });
  });

  it('that others have locked is waited for briefly, and then not observed', async () => {
    const other = await connectDatabase(project.target.databaseUrl, 'test');
    try {
      await other.begin(async (transaction) => {
        await transaction.unsafe('lock table allocations in exclusive mode');
        const { observations, verdict } = await project.inTransaction();
        expect(verdict).toBe('unknown');
        const reasons = new Set(observations.map(({ reason }) => reason));
        expect([...reasons].filter((reason) => reason?.startsWith('55P03'))).toHaveLength(1);
        expect(reasons).toContain('not tried: others hold locks that stand in the way');
      });
    } finally {
      await other.end({ timeout: 2 });
    }
  });

  it('with functions that no rollback takes back is left alone, unless they are allowed', async () => {
    await expect(refuseBeyondTransaction(project.sql, 'public', [])).resolves.toBeUndefined();
    const superuser = await connectDatabase(project.target.superuserUrl, 'test');
    try {
      await superuser.unsafe('create extension dblink with schema extensions');
      undo.push('drop function tell_others');
      await project.sql.unsafe(
        `create function tell_others(p_id uuid) returns void language plpgsql as $$
         begin perform extensions.dblink_exec('dbname=postgres', 'select 1'); end $$`,
      );
      await expect(refuseBeyondTransaction(project.sql, 'public', [])).rejects.toThrow(
        /function tell_others\(p_id uuid\) calls dblink_exec of dblink/,
      );
      for (const allowed of ['tell_others', 'function tell_others', 'function tell_others(p_id uuid)']) {
        await expect(refuseBeyondTransaction(project.sql, 'public', [allowed])).resolves.toBeUndefined();
      }
    } finally {
      await superuser.unsafe('drop extension if exists dblink cascade');
      await superuser.end({ timeout: 2 });
    }
  });
});
