import { ANSWERS, NOTES } from './checks/check.ts';

/**
 * What a script makes for itself: a table of the answers, a function that makes a call and notes its answer down, and a
 * barrier at which sessions wait while another one holds it. In its own schema, so that every session sees it and nothing
 * of it is left.
 *
 * @param key of the advisory lock behind the barrier
 */
export function notesOf(key: number): string[] {
  return [
    '-- What the script notes down, in a schema of its own.',
    `DROP SCHEMA IF EXISTS ${NOTES} CASCADE;`,
    `CREATE SCHEMA ${NOTES};`,
    `CREATE TABLE ${ANSWERS} (step text, code text, message text, rows jsonb, began_at timestamptz, ended_at timestamptz);`,
    `CREATE FUNCTION ${NOTES}.answer(step text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz := clock_timestamp();
  error_code text;
  error_message text;
  answered jsonb;
BEGIN
  BEGIN
    EXECUTE format(
      'WITH called AS (%s) SELECT coalesce(jsonb_agg(to_jsonb(called) ORDER BY to_jsonb(called)::text), ''[]'') FROM called',
      call
    ) INTO answered;
    SET CONSTRAINTS ALL IMMEDIATE;
  EXCEPTION WHEN OTHERS THEN
    error_code := SQLSTATE;
    error_message := SQLERRM;
    answered := NULL;
  END;
  INSERT INTO ${ANSWERS} VALUES (step, error_code, error_message, answered, began, clock_timestamp());
  RETURN coalesce(error_code || ' ' || error_message, 'ok ' || answered::text);
END
$$;`,
    `CREATE FUNCTION ${NOTES}.raise_barrier() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_lock(${key}) $$;`,
    `CREATE FUNCTION ${NOTES}.lower_barrier() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_unlock(${key}) $$;`,
    `CREATE FUNCTION ${NOTES}.wait_at_barrier() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_lock_shared(${key});
  SELECT pg_advisory_unlock_shared(${key});
$$;`,
    `GRANT USAGE ON SCHEMA ${NOTES} TO service_role;`,
    `GRANT INSERT ON ${ANSWERS} TO service_role;`,
  ];
}
