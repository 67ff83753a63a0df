import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../reference/migrations/', import.meta.url);
const files = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8'),
}));
const functions = files.flatMap(({ text }) =>
  [...text.matchAll(/^CREATE FUNCTION (public\.\w+)\([\s\S]*?\$\$;\n/gm)].map(([body, name]) => ({
    name: name ?? '',
    body,
  })),
);

describe.each(files)('$name', ({ name, text }) => {
  it("has the layout of Supabase's migrations", () => {
    expect(name).toMatch(/^\d{14}_[a-z0-9_]+\.sql$/);
  });

  it('is short enough to read', () => {
    expect(text.split('\n').length).toBeLessThan(200);
  });
});

describe('functions', () => {
  it('are found', () => {
    expect(functions.length).toBeGreaterThan(20);
  });

  // The isolated copy of the schema brings its own now(), which only an unqualified call reaches.
  it.each(functions)('take the time from now() alone: $name', ({ body }) => {
    expect(body).not.toMatch(
      /clock_timestamp|statement_timestamp|CURRENT_TIMESTAMP|CURRENT_DATE|pg_catalog\.now/i,
    );
  });

  it.each(functions)('have a fixed search path and say what they do: $name', ({ body, name }) => {
    expect(body).toContain('SET search_path = public, extensions, pg_temp');
    expect(body).toContain('SECURITY DEFINER');
    expect(files.some((file) => file.text.includes(`COMMENT ON FUNCTION ${name}(`))).toBe(true);
  });
});
