import { qualified } from '../../sql/statements.ts';

/** Name of the function that is called at each yield point. */
export const YIELD_FUNCTION = 'table_stress_yield';

/** Setting that makes a session take part; without it the yield function returns at once. */
export const SLOT_SETTING = 'table_stress.slot';

/** First half of the advisory keys of a slot's yields; the second half is the number of the yield. */
export const LOCK_CLASS = 1_415_934_000;

/** Begins the message that tells the scheduler of a yield. */
export const MESSAGE_PREFIX = 'table-stress';

/** Sessions of one copy that can be scheduled at the same time. */
export const SLOTS = 4;

/** A table or index whose counters are part of each message, in this order. */
export interface Counted {
  readonly oid: number;
  readonly kind: 'table' | 'index';
}

/** Counters of a table in a message, in this order; an index has the first two only. One that has none is left out. */
export const TABLE_COUNTERS = [
  'pg_stat_get_xact_numscans',
  'pg_stat_get_xact_tuples_fetched',
  'pg_stat_get_xact_tuples_returned',
  'pg_stat_get_xact_tuples_inserted',
  'pg_stat_get_xact_tuples_updated',
  'pg_stat_get_xact_tuples_deleted',
] as const;
export const INDEX_COUNTERS = TABLE_COUNTERS.slice(0, 2);

/** Without any of these, the other counters of a relation are zero as well: rows are returned by scans only. */
const TELLING = {
  table: TABLE_COUNTERS.filter((counter) => counter !== 'pg_stat_get_xact_tuples_returned'),
  index: INDEX_COUNTERS.slice(0, 1),
};

/**
 * The statements that create the yield function and what it needs.
 *
 * A scheduled session tells its client the number of the yield, where it is, and what it has touched so far (its own
 * pending statistics; nobody else sees them). Then it takes the shared advisory lock of that number, which it gets at
 * once unless the scheduler's session holds it. The number comes from a sequence, because that is the only counter that
 * a rolled back subtransaction leaves alone.
 *
 * It has a search path of its own: PostgreSQL would plan it again whenever its callers' paths differ, which takes longer
 * than all the rest.
 */
export function yieldStatements(schema: string, counted: readonly Counted[]): string[] {
  const name = (object: string): string => `pg_catalog.${object}`;
  const counters = counted.map(({ oid, kind }, at) => {
    const call = (counter: string): string => `${name(counter)}(${oid}::oid)`;
    const touched = TELLING[kind].map((counter) => `${call(counter)} <> 0`).join(' OR ');
    const values = (kind === 'table' ? TABLE_COUNTERS : INDEX_COUNTERS).map(call).join(', ');
    return `CASE WHEN ${touched} THEN ${name('concat_ws')}(',', ${at}, ${values}) END`;
  });
  const sequences = Array.from({ length: SLOTS }, (_, slot) => qualified(schema, sequenceOf(slot)));
  return [
    ...sequences.map((sequence) => `CREATE UNLOGGED SEQUENCE ${sequence}`),
    `CREATE FUNCTION ${qualified(schema, YIELD_FUNCTION)}(p_point integer) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_slot integer;
  v_number integer;
BEGIN
  v_slot := nullif(${name('current_setting')}('${SLOT_SETTING}', true), '')::integer;
  IF v_slot IS NULL THEN
    RETURN false;
  END IF;
  v_number := CASE v_slot ${sequences.map((sequence, slot) => `WHEN ${slot} THEN ${name('nextval')}('${sequence}'::regclass)`).join(' ')} END;
  RAISE INFO '${MESSAGE_PREFIX} % % %', v_number, p_point,
    ${name('array_to_string')}(ARRAY[${counters.join(', ')}]::text[], ' ');
  IF ${name('pg_advisory_lock_shared')}(${LOCK_CLASS} + v_slot, v_number) IS NULL THEN
  END IF;
  RETURN NOT ${name('pg_advisory_unlock_shared')}(${LOCK_CLASS} + v_slot, v_number);
END;
$$`,
    // New functions may be granted to everybody by default privileges of the schema.
    `REVOKE ALL ON FUNCTION ${qualified(schema, YIELD_FUNCTION)}(integer) FROM PUBLIC`,
    `DO $$
DECLARE
  v_grantee oid;
BEGIN
  FOR v_grantee IN
    SELECT DISTINCT a.grantee FROM pg_catalog.pg_proc p, pg_catalog.aclexplode(p.proacl) a
     WHERE p.oid = '${qualified(schema, YIELD_FUNCTION)}(integer)'::regprocedure AND a.grantee <> p.proowner
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION ${qualified(schema, YIELD_FUNCTION)}(integer) FROM %I', pg_get_userbyid(v_grantee));
  END LOOP;
END;
$$`,
  ];
}

/** The statements that let roles yield. @param grantees quoted names, or `public` */
export function yieldGrants(schema: string, grantees: readonly string[]): string[] {
  const sequences = Array.from({ length: SLOTS }, (_, slot) => qualified(schema, sequenceOf(slot)));
  const roles = grantees.join(', ');
  return [
    `GRANT USAGE ON SEQUENCE ${sequences.join(', ')} TO ${roles}`,
    `GRANT EXECUTE ON FUNCTION ${qualified(schema, YIELD_FUNCTION)}(integer) TO ${roles}`,
  ];
}

export function sequenceOf(slot: number): string {
  return `${YIELD_FUNCTION}_${slot}`;
}
