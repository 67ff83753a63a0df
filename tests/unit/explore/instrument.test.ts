import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { instrumentFunction, type Names } from '../../../explore/instrument/function.ts';
import { loadScanner } from '../../../sql/tokens.ts';

const names: Names = {
  isTable: (name) => ['bookings', 'tables'].includes(name),
  isOpaque: (name) => ['opaque', 'pg_advisory_xact_lock'].includes(name),
};

beforeAll(async () => {
  await loadScanner();
  await loadModule();
});

function instrument(body: string) {
  const definition = `CREATE OR REPLACE FUNCTION s.f(p_id uuid)\n RETURNS boolean\n LANGUAGE plpgsql\nAS $function$${body}$function$\n`;
  return instrumentFunction({ function: 'f(uuid)', name: 'f', definition, body }, 's.yield', names, 1);
}

/** The statements that got a yield. */
const yielding = (body: string): string[] => instrument(body).points.map(({ statement }) => statement);

describe('yields', () => {
  it('stand before statements that read, write, lock, or may', () => {
    expect(
      yielding(`
DECLARE
  v_row record; v_n integer;
BEGIN
  v_n := 1;
  SELECT * INTO v_row FROM bookings b WHERE b.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'none'; END IF;
  IF EXISTS (SELECT 1 FROM tables) THEN NULL; END IF;
  PERFORM opaque(p_id);
  PERFORM harmless(p_id);
  PERFORM pg_advisory_xact_lock(1);
  EXECUTE 'select 1';
  UPDATE tables SET a = 1;
  FOR v_row IN SELECT * FROM tables LOOP v_n := v_n + 1; END LOOP;
  SELECT count(*) INTO v_n FROM unnest(ARRAY[1]) AS u (n);
  RETURN (SELECT true FROM bookings LIMIT 1);
END;`),
    ).toEqual([
      'SELECT * INTO v_row FROM bookings b WHERE b.id = p_id FOR UPDATE;',
      'IF EXISTS (SELECT 1 FROM tables) THEN',
      'PERFORM opaque(p_id);',
      'PERFORM pg_advisory_xact_lock(1);',
      "EXECUTE 'select 1';",
      'UPDATE tables SET a = 1;',
      'FOR v_row IN SELECT * FROM tables LOOP',
      'RETURN (SELECT true FROM bookings LIMIT 1);',
    ]);
  });

  it.each([
    [
      'a label',
      '\nBEGIN\n<<turn>> FOR i IN 1..2 LOOP PERFORM 1 FROM tables; EXIT turn; END LOOP;\nRETURN true; END',
    ],
    [
      'a loop with a label that reads',
      '\nDECLARE r record;\nBEGIN\n<<turn>>\nFOR r IN SELECT * FROM tables LOOP NULL; END LOOP;\nEND',
    ],
    [
      'a handler',
      '\nBEGIN\nBEGIN UPDATE tables SET a = 1;\nEXCEPTION WHEN others OR unique_violation THEN PERFORM 1 FROM bookings; RAISE;\nEND;\nEND',
    ],
    [
      'handlers of its own',
      '\nDECLARE x integer;\nBEGIN\nUPDATE tables SET a = 1;\nEXCEPTION WHEN others THEN DELETE FROM bookings;\nRAISE;\nEND',
    ],
    [
      'MERGE, and a statement behind it',
      '\nBEGIN\nMERGE INTO tables t USING bookings b ON t.a = b.a\nWHEN MATCHED THEN UPDATE SET a = 1\nWHEN NOT MATCHED THEN INSERT (a) VALUES (2);\nIF p_id IS NULL THEN DELETE FROM bookings; END IF;\nEND',
    ],
    ['a label of its own', '\n<<whole>>\nDECLARE x integer;\nBEGIN\nUPDATE tables SET a = 1;\nEND'],
    [
      'a nested block with declarations',
      '\nBEGIN\nDECLARE x integer := 1; BEGIN x := 2; DELETE FROM tables; END;\nEND',
    ],
    [
      'CASE as statement and as expression',
      '\nDECLARE x integer;\nBEGIN\nCASE WHEN p_id IS NULL THEN PERFORM 1 FROM tables; ELSE x := CASE WHEN true THEN 1 ELSE 2 END; END CASE;\nEND',
    ],
    [
      'ELSIF',
      '\nBEGIN\nIF p_id IS NULL THEN DELETE FROM tables; ELSIF p_id IS NOT NULL THEN DELETE FROM bookings; ELSE NULL; END IF;\nEND',
    ],
    [
      'an option before the block',
      '\n#variable_conflict use_column\nDECLARE\n x integer;\nBEGIN\nPERFORM 1 FROM tables;\nEND',
    ],
    [
      'comments and strings that look like statements',
      "\nBEGIN\n-- UPDATE tables;\nRAISE NOTICE 'BEGIN; UPDATE tables; END';\n/* DELETE */ DELETE FROM tables;\nEND",
    ],
    ['letters beyond ASCII', "\nBEGIN\nRAISE NOTICE 'Tisch für zwölf – ✓'; DELETE FROM tables;\nEND"],
  ])('come to their places in a function with %s', (_, body) => {
    const { definition, points } = instrument(body);
    expect(points.length).toBeGreaterThan(0);
    // Every line keeps its number.
    expect(definition.split('\n').length).toBe(instrumentedLines(body));
    const without = definition.replace(/IF s\.yield\(\d+\) THEN END IF; /g, '');
    expect(without).toContain(body);
  });

  it('stands before the label of a loop, not between the label and the loop', () => {
    const { definition } = instrument(
      '\nDECLARE r record;\nBEGIN\n<<turn>> FOR r IN SELECT * FROM tables LOOP NULL; END LOOP;\nEND',
    );
    expect(definition).toContain('IF s.yield(1) THEN END IF; <<turn>> FOR');
  });

  it('says what is evaluated without one', () => {
    const { uninstrumented } = instrument(
      '\nDECLARE x integer := (SELECT count(*) FROM tables);\nBEGIN\nIF x > 1 THEN NULL; ELSIF EXISTS (SELECT 1 FROM bookings) THEN NULL; END IF;\nWHILE EXISTS (SELECT 1 FROM tables) LOOP DELETE FROM tables; END LOOP;\nEND',
    );
    expect(uninstrumented.map(({ line, reason }) => [line, reason.split(' is evaluated')[0]])).toEqual([
      [2, 'the default of x'],
      [4, 'the condition of ELSIF'],
      [5, 'the condition of WHILE, after each turn'],
    ]);
  });

  it('refuses a procedure that ends its transaction', () => {
    expect(() => instrument('\nBEGIN\nDELETE FROM tables; COMMIT;\nEND')).toThrow(/line 3: commit/);
  });

  it('knows what a statement locks, reads and writes', () => {
    const [locked, written] = instrument(
      '\nBEGIN\nPERFORM 1 FROM tables t JOIN bookings b ON true FOR UPDATE OF t;\nINSERT INTO tables SELECT * FROM bookings;\nEND',
    ).points;
    expect(locked).toMatchObject({ reads: ['tables', 'bookings'], locks: ['tables'], writes: [] });
    expect(written).toMatchObject({ reads: ['bookings'], locks: [], writes: ['tables'] });
  });
});

function instrumentedLines(body: string): number {
  return `CREATE OR REPLACE FUNCTION s.f(p_id uuid)\n RETURNS boolean\n LANGUAGE plpgsql\nAS $function$${body}$function$\n`.split(
    '\n',
  ).length;
}
