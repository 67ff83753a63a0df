import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Cause } from '../../../contracts/diagnosis.ts';
import { readDiagnosis, root, runProgram, temporaryFolder } from './program.ts';

/** The reference application with one thing more, which makes it slow and not wrong. */
function application(sql: string): string {
  const folder = temporaryFolder();
  cpSync(path.join(root, 'reference', 'migrations'), folder, { recursive: true });
  writeFileSync(path.join(folder, '20270101000000_slower.sql'), sql);
  return folder;
}

/** Every assignment asks for something that no index helps with. */
const unindexed = `
CREATE TABLE public.visits (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), note text NOT NULL);
INSERT INTO public.visits (note) SELECT 'visit ' || n FROM generate_series(1, 4000) AS n;
CREATE FUNCTION public.look_at_visits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, extensions, pg_temp AS $$
BEGIN
  PERFORM 1 FROM visits v WHERE v.note = NEW.id::text;
  RETURN NULL;
END $$;
CREATE TRIGGER allocations_visits AFTER INSERT OR UPDATE OR DELETE ON public.allocations
  FOR EACH ROW EXECUTE FUNCTION public.look_at_visits();
`;

const cases: [Cause, string[], string][] = [['missing-index', ['churn', '--copy', 'visits'], unindexed]];

it.each(cases)('%s is named where it is', async (cause, what, sql) => {
  const out = temporaryFolder();
  const { stdout, stderr } = await runProgram([
    ...['run', ...what, '--migrations', application(sql), '--seed', '3'],
    ...['--no-replay', '--out', out],
  ]);
  const found = readDiagnosis(out).findings;
  expect(
    found.map((finding) => finding.cause),
    stderr + stdout,
  ).toContain(cause);
});
