-- id: window-moved-by-an-hour
-- category: windows
-- defect: An assignment is written an hour later than it was asked for.
-- expect: acked-is-durable
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$  v_window := tstzrange(p_start_at, p_end_at, '[)');$fragment$,
  $replacement$  p_start_at := p_start_at + interval '1 hour';
  p_end_at := p_end_at + interval '1 hour';
  v_window := tstzrange(p_start_at, p_end_at, '[)');$replacement$
);
