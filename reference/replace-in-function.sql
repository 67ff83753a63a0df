-- Prefixed to every patch of broken/. It lives as long as the session that applies the patch.
CREATE OR REPLACE FUNCTION pg_temp.replace_in_function(function_name text, fragment text, replacement text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_definition text;
  v_found integer;
BEGIN
  -- Fails on an unknown name, and on one that several functions share.
  v_definition := pg_get_functiondef(format('public.%I', function_name)::regproc);
  v_found := (length(v_definition) - length(replace(v_definition, fragment, ''))) / length(fragment);
  IF v_found <> 1 THEN
    RAISE EXCEPTION '% occurs % times in public.%, not once', quote_literal(fragment), v_found, function_name;
  END IF;
  EXECUTE replace(v_definition, fragment, replacement);
END;
$$;
