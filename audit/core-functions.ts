import { calledFunctions } from '../target/staging/grants.ts';

/** The functions that assign tables, take them back and refresh their status, as the contract names them. */
export const coreFunctions = [...calledFunctions, 'confirm_hold_assignment_with_transition'] as const;

/** The tables that hold claims and status: whoever writes them is on the same paths. */
export const coreTables = [
  'allocations',
  'booking_table_assignments',
  'bookings',
  'table_inventory',
  'table_holds',
  'table_hold_members',
  'table_hold_windows',
] as const;
