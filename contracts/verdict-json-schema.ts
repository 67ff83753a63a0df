import { z } from 'zod';
import { verdictSchema } from './verdict.ts';

/** JSON Schema of verdict.json, for programs that read it in other languages. */
export function verdictJsonSchema(): object {
  return { title: 'Verdict of a run of table-stress', ...z.toJSONSchema(verdictSchema, { io: 'input' }) };
}
