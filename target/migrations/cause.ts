import { type Definition, definitionsOf, type ObjectKind } from './definitions.ts';
import { extensionsOf } from './handling.ts';
import { extensionOfSchema, extensionOfType } from './hosted.ts';
import type { Cause } from './report.ts';
import type { Statement } from './statements.ts';

/** Which kinds of object PostgreSQL misses when it reports a code. A table's name is the name of a type, too. */
const kindsOfCode: Readonly<Record<string, readonly ObjectKind[]>> = {
  '42P01': ['relation'],
  '42883': ['function'],
  '42704': ['type', 'relation'],
  '42703': ['column'],
  '3F000': ['schema'],
};

interface Absent extends Definition {
  readonly file: string;
  readonly line: number;
}

/** Remembers what failed files would have made, to tell failures that only follow from them. */
export class AbsentObjects {
  private readonly absent: Absent[] = [];
  private readonly extensions = new Map<string, { file: string; line: number }>();

  /** Statements of a file that did not take effect. */
  add(file: string, statements: readonly Statement[]): void {
    for (const statement of statements) {
      const { line, kind, tree } = statement;
      for (const definition of definitionsOf(statement)) this.absent.push({ ...definition, file, line });
      if (kind !== 'CreateExtensionStmt') continue;
      for (const name of extensionsOf(kind, tree)) this.extensions.set(name, { file, line });
    }
  }

  /** Where the object that an error misses should have come from; null when no earlier failure explains it. */
  causeOf({ code, message }: { code: string; message: string }): Cause | null {
    const kinds = kindsOfCode[code];
    if (kinds === undefined) return null;
    const named = missingNames(message);
    const found = this.absent.findLast(
      ({ kind, name, schema, relation }) =>
        kinds.includes(kind) &&
        named.some((other) => other.name === name && (!other.schema || !schema || other.schema === schema)) &&
        (!relation || !/ of relation "/.test(message) || message.includes(` of relation "${relation}"`)),
    );
    if (found) return { object: `${found.kind} ${found.name}`, file: found.file, line: found.line };
    for (const { schema, name } of named) {
      const extension =
        extensionOfSchema.get(code === '3F000' ? name : schema) ??
        (code === '42704' ? extensionOfType.get(name) : undefined);
      const place = this.extensions.get(extension ?? '');
      if (place) return { object: `extension ${extension}`, ...place };
    }
    return null;
  }
}

/** The names that PostgreSQL gives in "… does not exist": quoted, or before the arguments of a function. */
function missingNames(message: string): { schema: string; name: string }[] {
  const found = [
    ...message.matchAll(
      /"([^"]+)"|(?:function|procedure|type) ([^\s("]+)[( ]|column ([^\s"]+) does not exist/g,
    ),
  ];
  return found.map(([, quoted, called, column]) => {
    const parts = (quoted ?? called ?? column ?? '').split('.');
    return { schema: column ? '' : (parts.at(-2) ?? ''), name: parts.at(-1) ?? '' };
  });
}
