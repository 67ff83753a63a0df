-- id: conflict-without-cause
-- category: windows
-- defect: Windows are compared as closed ranges, so a window that only touches a taken one is refused.
-- expect: justified-rejection
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'a."window" && v_window',
  $replacement$tstzrange(lower(a."window"), upper(a."window"), '[]') && tstzrange(p_start_at, p_end_at, '[]')$replacement$
);
