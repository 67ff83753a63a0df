import { expect, it } from 'vitest';
import { formatMarker, type Marker, markerIn, parseMarker } from '../../../isolate/marker.ts';
import { commentIn } from '../../../isolate/marker-api.ts';

const marker: Marker = {
  v: 1,
  tool: 'table-stress',
  project: 'local',
  source: 'public',
  schema: 'table_stress',
  role: 'table_stress_owner',
  created_at: '2026-01-05T09:00:00.000Z',
  fingerprint: '0'.repeat(64),
  purpose: 'standing',
  run: null,
  clock: 'virtual',
  exposure: { role: 'authenticator', database: null, before: null, set: 'public, table_stress' },
};

it('a line for people, then one line of JSON', () => {
  const lines = formatMarker(marker).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe('table-stress: isolated copy of public');
  expect(JSON.parse(lines[1] ?? '')).toEqual(marker);
});

it('is read back, also from what PostgREST makes of a comment', () => {
  const comment = formatMarker(marker);
  expect(parseMarker(comment, 'table_stress', 'local')).toEqual({ state: 'ours', marker });
  const [title, description] = comment.split('\n');
  expect(commentIn({ info: { title, description } })).toBe(comment);
  expect(commentIn({ swagger: '2.0' })).toBeNull();
  expect(commentIn(undefined)).toBeNull();
});

it('an odd name of the source cannot break the format', () => {
  const odd = { ...marker, source: 'pub\n{"v":1}\n' };
  expect(markerIn(formatMarker(odd))).toEqual(odd);
});

it('is not written with a field that is wrong', () => {
  expect(() => formatMarker({ ...marker, fingerprint: 'x' })).toThrow();
});

const altered = (changes: object): string => `table-stress\n${JSON.stringify({ ...marker, ...changes })}`;
it.each([
  ['nothing', null, /no marker/],
  ['an empty comment', '', /no marker/],
  ['an ordinary comment', 'standard public schema', /no marker/],
  ['a comment that only names us', 'made for table-stress', /no marker/],
  ['another tool', '{"v":1,"tool":"other"}', /no marker/],
  ['half a marker', formatMarker(marker).slice(0, -5), /damaged/],
  ['an unknown field', altered({ owner: 'me' }), /damaged/],
  ['a missing field', altered({ project: undefined }), /damaged/],
  ['a newer version', altered({ v: 2, more: true }), /version 2, newer than this program knows \(1\)/],
  ['the marker of another schema', altered({ schema: 'copy' }), /belongs to the schema copy/],
])('%s makes a schema foreign', (_, comment, reason) => {
  const reading = parseMarker(comment, 'table_stress', 'local');
  expect(reading.state).toBe('foreign');
  expect((reading as { reason: string }).reason).toMatch(reason);
});

it('that of another project is told apart', () => {
  expect(parseMarker(formatMarker(marker), 'table_stress', 'abcdefghijklmnopqrst')).toEqual({
    state: 'other-project',
    marker,
  });
});
