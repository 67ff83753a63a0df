import { z } from 'zod';
import { TargetError } from '../contracts/errors.ts';
import type { ColumnDescription, SchemaDescription } from '../contracts/schema-description.ts';

const propertySchema = z.looseObject({
  format: z.string().optional(),
  type: z.string().optional(),
  maxLength: z.number().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
});
const documentSchema = z.looseObject({
  definitions: z.record(
    z.string(),
    z.looseObject({
      required: z.array(z.string()).optional(),
      properties: z.record(z.string(), propertySchema).optional(),
    }),
  ),
});

/**
 * Describes a schema from PostgREST's OpenAPI root, for a target without a database URL. It shows less than the
 * catalog: views stand beside tables, and generated columns cannot be told from others.
 *
 * @param document what `GET /` with `Accept-Profile` answers
 * @throws TargetError when it is no OpenAPI document of PostgREST
 */
export function describeFromOpenApi(document: unknown, schema: string): SchemaDescription {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) {
    throw new TargetError('the REST root does not answer with an OpenAPI document of PostgREST', [
      'set openapi-mode to follow-privileges or ignore-privileges, or give a database URL',
    ]);
  }
  const tables = Object.entries(parsed.data.definitions).map(([name, definition]) => {
    const required = new Set(definition.required ?? []);
    const properties = Object.entries(definition.properties ?? {});
    const columns = properties.map(
      ([column, property]): ColumnDescription => ({
        name: column,
        type: typeOf(property),
        nullable: !required.has(column),
        hasDefault: property.default !== undefined,
        generated: false,
        labels: property.enum ?? null,
        references: referenceIn(property.description ?? ''),
      }),
    );
    const primaryKey = properties
      .filter(([, property]) => property.description?.includes('<pk/>'))
      .map(([column]) => column);
    return { name, columns, primaryKey };
  });
  return { schema, tables };
}

/** The length of a text is beside its type: without it, a filler might be too long. */
function typeOf(property: z.infer<typeof propertySchema>): string {
  const type = property.format ?? property.type ?? 'text';
  return property.maxLength === undefined ? type : `${type}(${property.maxLength})`;
}

/** PostgREST marks a foreign key in the column's comment: `<fk table='zones' column='id'/>`. */
function referenceIn(description: string): ColumnDescription['references'] {
  const match = /<fk table='([^']+)' column='([^']+)'\/>/.exec(description);
  return match?.[1] !== undefined && match[2] !== undefined ? { table: match[1], column: match[2] } : null;
}
