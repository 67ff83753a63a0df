import type postgres from 'postgres';
import type { Tree } from '../../sql/parser.ts';
import { asTree, list, rolesIn, strings } from '../../sql/tree.ts';
import { definitionsOf } from './definitions.ts';
import { extensionOfSchema, installableOnHosted, platformRoles, platformSchemas } from './hosted.ts';
import { schemasIn } from './schemas.ts';
import type { Statement } from './statements.ts';

/** How a statement is run. */
export interface Handling {
  /** It is not run at all, for this reason. */
  readonly skip?: string;
  /** A hosted project lets `postgres` do this although PostgreSQL asks for a superuser or the owner. */
  readonly elevate?: boolean;
  /** Run instead when the server lacks the version of an extension that is asked for. */
  readonly anyVersion?: string | undefined;
  /** Why a failure leaves this statement out instead of failing its file; null: the file fails. */
  readonly forgive?: (error: postgres.PostgresError) => string | null;
}

const refused = '42501';
const missing = new Set(['3F000', '42P01', '42883', '42704']);

/**
 * Decides from the parse tree how a statement is run.
 *
 * @param available the extensions that this server can install.
 */
export function handle(statement: Statement, available: ReadonlySet<string>): Handling {
  const { kind, tree } = statement;
  if (statement.inlineRows || (kind === 'CopyStmt' && tree.filename === undefined)) {
    return { skip: 'rows in a migration are for psql; they are not loaded' };
  }
  const extensions = extensionsOf(kind, tree);
  const absent = extensions.filter((name) => !available.has(name));
  if (absent.length > 0 && absent.length === extensions.length) {
    return { skip: `extension ${absent.join(', ')} is not available here` };
  }
  if (extensions.length > 0 && kind !== 'CommentStmt') {
    const elevate = extensions.every((name) => installableOnHosted.has(name));
    return { elevate, anyVersion: withoutVersion(kind, tree) };
  }
  if (kind === 'DoStmt') return { forgive: (error) => forgiveBlock(error, available) };

  const schemas = schemasIn(statement);
  if (isPlatformWork(kind, tree, schemas)) return { elevate: true };
  const named = kind === 'CreateSchemaStmt' ? [String(tree.schemaname)] : [...schemas];
  const schema = named.find((name) => {
    const extension = extensionOfSchema.get(name);
    return extension !== undefined && !available.has(extension);
  });
  if (kind === 'CommentStmt') return { forgive: (error) => forgiveComment(error, schema) };
  if (schema !== undefined && !makesSomethingOutside(statement)) {
    // Its stand-in would answer, and nobody would learn that nothing was sent.
    if (schema === 'net' && kind === 'SelectStmt') return { skip: absentSchema(schema) };
    if (kind === 'CreateSchemaStmt')
      return { forgive: ({ code }) => (code === '42P06' ? standIn(schema) : null) };
    return { forgive: ({ code }) => (missing.has(code) ? absentSchema(schema) : null) };
  }
  const role = rolesIn(tree).find((name) => platformRoles.has(name));
  if (role !== undefined) {
    const reason = `only the platform acts for the role ${role}`;
    return { forgive: ({ code }) => (code === refused ? reason : null) };
  }
  return {};
}

/** The extensions that a statement is about. */
export function extensionsOf(kind: string, tree: Tree): string[] {
  const isExtension = [tree.objtype, tree.objectType, tree.removeType].includes('OBJECT_EXTENSION');
  if (isExtension) return strings(kind === 'DropStmt' ? tree.objects : [tree.object]);
  return /^(Create|Alter)Extension(Contents)?Stmt$/.test(kind) ? [String(tree.extname)] : [];
}

/** `supabase db diff` writes the version of the project that it compared with. */
function withoutVersion(kind: string, tree: Tree): string | undefined {
  const options = list(tree.options).map((option) => asTree(asTree(option).DefElem));
  if (kind !== 'CreateExtensionStmt' || !options.some(({ defname }) => defname === 'new_version')) return;
  const schema = options.find(({ defname }) => defname === 'schema')?.arg;
  const cascade = options.some(({ defname }) => defname === 'cascade');
  return [
    `create extension ${tree.if_not_exists ? 'if not exists ' : ''}${quoted(String(tree.extname))}`,
    schema ? ` with schema ${quoted(strings([schema])[0] ?? '')}` : '',
    cascade ? ' cascade' : '',
  ].join('');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What hosted projects allow by an extension of theirs (supautils). */
function isPlatformWork(kind: string, tree: Tree, schemas: ReadonlySet<string>): boolean {
  if (kind === 'CreateEventTrigStmt' || kind === 'AlterEventTrigStmt' || kind === 'CreateFdwStmt')
    return true;
  if (kind === 'CreatePublicationStmt' || kind === 'AlterPublicationStmt') return true;
  if (kind === 'DropStmt' && tree.removeType === 'OBJECT_EVENT_TRIGGER') return true;
  if (kind === 'AlterDatabaseSetStmt' || kind === 'AlterRoleSetStmt') {
    // A setting of the application's own, like app.settings.secret, which projects long could make.
    return String(asTree(tree.setstmt).name).startsWith('app.');
  }
  if (![...schemas].some((schema) => platformSchemas.has(schema))) return false;
  if (kind === 'CreatePolicyStmt' || kind === 'AlterPolicyStmt') {
    return platformSchemas.has(String(asTree(tree.table).schemaname));
  }
  return kind === 'DropStmt' && ['OBJECT_POLICY', 'OBJECT_TRIGGER'].includes(String(tree.removeType));
}

/** A view or a function of the application is more than the extension's own concern. */
function makesSomethingOutside(statement: Statement): boolean {
  const inside = (schema: string | null) => extensionOfSchema.has(schema ?? '');
  return definitionsOf(statement).some(
    ({ kind, name, schema }) => !inside(kind === 'schema' ? name : schema),
  );
}

function forgiveComment({ code }: postgres.PostgresError, schema: string | undefined): string | null {
  if (code === refused) return 'what it describes belongs to the platform';
  return schema !== undefined && missing.has(code) ? absentSchema(schema) : null;
}

/** A DO block has no parse tree of its own, so PostgreSQL's answer decides; the block is left out as a whole. */
function forgiveBlock(
  { code, message }: postgres.PostgresError,
  available: ReadonlySet<string>,
): string | null {
  const name = /"([^"]+)"/.exec(message)?.[1] ?? '';
  if (code === '0A000' && message === `extension "${name}" is not available`) {
    return `${message.replaceAll('"', '')} here; the block is left out as a whole`;
  }
  const schema = name.split('.')[0] ?? '';
  const extension = extensionOfSchema.get(schema);
  if (!missing.has(code) || extension === undefined || available.has(extension)) return null;
  return `${absentSchema(schema)}; the block is left out as a whole`;
}

function standIn(schema: string): string {
  return `schema ${schema} is already there, to stand in for ${extensionOfSchema.get(schema)}`;
}

function absentSchema(schema: string): string {
  return `schema ${schema} belongs to ${extensionOfSchema.get(schema)}, which is not available here`;
}

/** Whether a statement begins or ends a transaction, so that its file cannot run inside one. */
export function isTransactionControl({ kind, tree }: Statement): boolean {
  return kind === 'TransactionStmt' && !/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(String(tree.kind));
}

/** Whether a transaction is open after a statement that begins or ends one. */
export function isOpenAfter({ tree }: Statement): boolean {
  return /BEGIN|START/.test(String(tree.kind)) || tree.chain === true;
}
