-- id: unlogged-assignments
-- category: acknowledgements
-- defect: Assignments are kept in a table without a log, which is empty after a crash.
-- expect: acked-is-durable
-- scenario: hot-table
-- fault: crash

ALTER TABLE public.booking_table_assignments SET UNLOGGED;
