import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { verdictSchema } from '../../../contracts/verdict.ts';
import { verdictJsonSchema } from '../../../contracts/verdict-json-schema.ts';
import { fixtureData } from '../report/fixture.ts';

const file = path.resolve(import.meta.dirname, '../../../verdict.schema.json');

describe('verdict.schema.json', () => {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  // Instants have a pattern as well; a format is a remark for readers.
  const validate = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false }).compile(
    schema,
  );
  const verdict = (): Record<string, unknown> => JSON.parse(JSON.stringify(fixtureData().verdict));

  it('is what the program reads by; else: node --import tsx scripts/verdict-schema.ts', () => {
    expect(schema).toEqual(verdictJsonSchema());
  });

  it('accepts a verdict with evidence, and a step that is marked', () => {
    const whole = fixtureData().verdict;
    const step = whole.invariants[0]?.violations[0]?.steps[1];
    if (step) step.contradiction = true;
    expect(verdictSchema.safeParse(whole).success).toBe(true);
    expect(validate(JSON.parse(JSON.stringify(whole))), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another version', { v: 2 }],
    ['a verdict of another name', { verdict: 'green' }],
    ['no promises', { invariants: undefined }],
    ['a promise without a name', { invariants: [{ verdict: 'pass' }] }],
    ['more than there is', { colour: 'red' }],
  ])('refuses %s', (_, change) => {
    const damaged = JSON.parse(JSON.stringify({ ...verdict(), ...change }));
    expect(validate(damaged)).toBe(false);
    expect(verdictSchema.safeParse(damaged).success).toBe(false);
  });
});
