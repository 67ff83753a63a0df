-- id: upgrade-lock-on-restaurant
-- category: progress
-- defect: The capacity check locks the restaurant's row, which foreign keys have locked already, so calls deadlock.
-- expect: progress
-- scenario: churn

SELECT pg_temp.replace_in_function(
  'check_capacity_rules',
  '-- Two assignments of different tables share no lock but this one: without it neither would count the other.',
  'PERFORM 1 FROM restaurants r WHERE r.id = p_restaurant_id FOR UPDATE;'
);
