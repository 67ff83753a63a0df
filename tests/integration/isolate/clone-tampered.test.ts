import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProofInput, proveClone } from '../../../isolate/prove/prove.ts';
import { loadScanner } from '../../../sql/tokens.ts';
import { rolledBack } from '../../../target/rolled-back.ts';
import { sampled } from '../proof.ts';
import {
  allowedOfEveryKind,
  type CloneProject,
  everyKind,
  proofInput,
  startCloneProject,
} from './clone-project.ts';
import { tampering } from './tampering.ts';

let project: CloneProject;
let input: ProofInput;
beforeAll(async () => {
  await loadScanner();
  project = await startCloneProject(await everyKind());
  await project.clone({ allow: allowedOfEveryKind });
  input = await rolledBack(project.sql, proofInput);
});
afterAll(() => project?.stop());

/** What the proof says of the clone after these statements. */
const after = (statements: string) =>
  rolledBack(project.sql, async (transaction) => {
    await transaction.unsafe(statements);
    const { differences } = await proveClone(transaction, input);
    return differences.map(({ object, text }) => `${object}: ${text}`);
  });

it('a clone that nobody touched is proven again', async () => {
  expect(await after('select 1')).toEqual([]);
});

it.each(sampled(tampering, 12))('%s is found', async (_, statements, message) => {
  const differences = await after(statements);
  expect(differences.filter((each) => message.test(each))).not.toEqual([]);
});
