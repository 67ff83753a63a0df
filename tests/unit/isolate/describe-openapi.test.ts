import { describe, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { describeFromOpenApi } from '../../../isolate/describe-openapi.ts';

/** As PostgREST answers, shortened. */
const document = {
  swagger: '2.0',
  info: { title: 'standard public schema', version: '12.0.2' },
  paths: { '/zones': { get: {} } },
  definitions: {
    zones: {
      description: 'Parts of a floor',
      required: ['id', 'restaurant_id', 'status', 'name'],
      properties: {
        id: {
          default: 'gen_random_uuid()',
          description: 'Note:\nThis is a Primary Key.<pk/>',
          format: 'uuid',
          type: 'string',
        },
        restaurant_id: {
          description:
            "Whose it is\n\nNote:\nThis is a Foreign Key to `restaurants.id`.<fk table='restaurants' column='id'/>",
          format: 'uuid',
          type: 'string',
        },
        status: { enum: ['open', 'closed'], format: 'public.zone_status', type: 'string' },
        name: { format: 'character varying', maxLength: 40, type: 'string' },
        notes: { format: 'text', type: 'string' },
        seats: { default: 0, format: 'integer', type: 'integer' },
        tags: { format: 'text[]', items: { type: 'string' }, type: 'array' },
      },
      type: 'object',
    },
    pairs: {
      required: ['a', 'b'],
      properties: {
        a: {
          description:
            "Note:\nThis is a Primary Key.<pk/>\nThis is a Foreign Key to `zones.id`.<fk table='zones' column='id'/>",
          format: 'uuid',
          type: 'string',
        },
        b: { description: 'Note:\nThis is a Primary Key.<pk/>', format: 'uuid', type: 'string' },
      },
      type: 'object',
    },
    nothing: { type: 'object' },
  },
};

const plain = {
  nullable: false,
  hasDefault: false,
  generated: false,
  labels: null,
  references: null,
};

it('describes tables, columns, keys, defaults, enums and references', () => {
  expect(describeFromOpenApi(document, 'stress')).toEqual({
    schema: 'stress',
    tables: [
      {
        name: 'zones',
        primaryKey: ['id'],
        columns: [
          { ...plain, name: 'id', type: 'uuid', hasDefault: true },
          {
            ...plain,
            name: 'restaurant_id',
            type: 'uuid',
            references: { table: 'restaurants', column: 'id' },
          },
          { ...plain, name: 'status', type: 'public.zone_status', labels: ['open', 'closed'] },
          // The length is needed: a filler that is too long would be refused.
          { ...plain, name: 'name', type: 'character varying(40)' },
          { ...plain, name: 'notes', type: 'text', nullable: true },
          { ...plain, name: 'seats', type: 'integer', nullable: true, hasDefault: true },
          { ...plain, name: 'tags', type: 'text[]', nullable: true },
        ],
      },
      {
        name: 'pairs',
        primaryKey: ['a', 'b'],
        columns: [
          { ...plain, name: 'a', type: 'uuid', references: { table: 'zones', column: 'id' } },
          { ...plain, name: 'b', type: 'uuid' },
        ],
      },
      { name: 'nothing', primaryKey: [], columns: [] },
    ],
  });
});

describe('what is no OpenAPI document of PostgREST is refused', () => {
  it.each([
    ['nothing', null],
    ['an error body', { code: 'PGRST301', message: 'JWT expired' }],
    ['a disabled root', {}],
    ['OpenAPI 3', { openapi: '3.0.0', components: { schemas: {} } }],
    ['text', '<html></html>'],
  ])('%s', (_, answer) => {
    expect(() => describeFromOpenApi(answer, 'public')).toThrow(TargetError);
    expect(() => describeFromOpenApi(answer, 'public')).toThrow(/does not answer with an OpenAPI document/);
  });
});
