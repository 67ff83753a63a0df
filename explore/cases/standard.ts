import { z } from 'zod';
import { type CaseDefinition, caseDefinitionSchema } from '../../contracts/explore-case.ts';
import { assignments } from './standard/assignments.ts';
import { bookings } from './standard/bookings.ts';
import { holds } from './standard/holds.ts';
import { triples } from './standard/triples.ts';

/** The cases that are run when no others are named: every call of the application against those that it may meet. */
export const standardCases: readonly CaseDefinition[] = z
  .array(caseDefinitionSchema)
  .parse([...assignments, ...holds, ...bookings, ...triples]);

/** The two that tell most: both orders of two tables, and one table wanted twice. */
export const tellingCases: readonly string[] = ['assign-same-table', 'assign-swapped-sets'];
