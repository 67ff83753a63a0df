CREATE TABLE public.claims (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place uuid NOT NULL);
CREATE TABLE public.places (id uuid PRIMARY KEY, taken integer NOT NULL DEFAULT 0);
GRANT ALL ON public.claims, public.places TO service_role;

CREATE FUNCTION public.claim_unlocked(p_place uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM claims c WHERE c.place = p_place) THEN
    RETURN false;
  END IF;
  INSERT INTO claims (place) VALUES (p_place);
  RETURN true;
END;
$$;

CREATE FUNCTION public.claim_locked(p_place uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_place::text, 0));
  IF EXISTS (SELECT 1 FROM claims c WHERE c.place = p_place) THEN
    RETURN false;
  END IF;
  INSERT INTO claims (place) VALUES (p_place);
  RETURN true;
END;
$$;

CREATE FUNCTION public.touch_both(p_first uuid, p_second uuid) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO places AS p (id) VALUES (p_first) ON CONFLICT (id) DO UPDATE SET taken = p.taken + 1;
  INSERT INTO places AS p (id) VALUES (p_second) ON CONFLICT (id) DO UPDATE SET taken = p.taken + 1;
  RETURN (SELECT sum(p.taken) FROM places p WHERE p.id IN (p_first, p_second));
END;
$$;

CREATE FUNCTION public.claim_after_failure(p_place uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_found boolean;
BEGIN
  BEGIN
    INSERT INTO claims (place) VALUES (p_place);
    PERFORM 1 / (SELECT count(*) FROM claims c WHERE c.place = p_place AND c.id < 0)::integer;
  EXCEPTION WHEN division_by_zero THEN
    NULL;
  END;
  SELECT true INTO v_found FROM claims c WHERE c.place = p_place;
  RETURN v_found;
END;
$$;

CREATE FUNCTION public.wait_for_lock_of_nobody() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(77);
  RETURN true;
END;
$$;
