INSERT INTO public.booking_types (code, label)
VALUES
  ('breakfast', 'Breakfast'),
  ('lunch', 'Lunch'),
  ('dinner', 'Dinner'),
  ('drinks', 'Drinks');
