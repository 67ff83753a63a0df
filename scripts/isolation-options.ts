import type { Command } from 'commander';
import { UsageError } from '../contracts/errors.ts';
import { isTaken } from '../isolate/names.ts';

/** Options about the isolated schema, as commander gives them. */
export interface IsolationOptions {
  sourceSchema: string;
  schema: string;
  allow: string[];
  copy: string[];
  clock: string;
}

/** What the isolate stage is to do, checked. */
export interface IsolationRequest {
  /** The deployed schema. */
  source: string;
  /** The isolated one. */
  schema: string;
  /** Findings that may stay, by their object. */
  allow: string[];
  /** Tables whose rows are copied besides those of lookup tables. */
  copy: string[];
  clock: 'real' | 'virtual';
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** Adds the options that `run` and `isolate` share. */
export function addIsolationOptions(command: Command): Command {
  const schema = ['the isolated schema, which is made and removed', 'table_stress'] as const;
  return addCloneOptions(command.option('--schema <name>', ...schema)).option(
    '--clock <kind>',
    'real, or virtual: a clock that the harness can set',
    'real',
  );
}

/** Adds the options about what is cloned. */
export function addCloneOptions(command: Command): Command {
  return command
    .option('--source-schema <name>', 'the deployed schema', 'public')
    .option('--allow <object>', 'accept what is left over in this object (repeatable)', collect, [])
    .option('--copy <table>', 'copy the rows of this small table too (repeatable)', collect, []);
}

/** @throws UsageError that names the option, its problem and what is allowed */
export function checkIsolation(options: IsolationOptions): IsolationRequest {
  const { sourceSchema: source, schema, allow, copy, clock } = options;
  if (clock !== 'real' && clock !== 'virtual') {
    throw new UsageError(`--clock ${clock}: unknown`, ['one of: real, virtual']);
  }
  if (!/^[a-z_][a-z0-9_]{0,55}$/.test(schema)) {
    throw new UsageError(`--schema ${schema}: is no plain name`, [
      'lower-case letters, digits and underscores, 56 characters at most, for instance table_stress',
    ]);
  }
  if (schema === source) {
    throw new UsageError(`--schema ${schema}: is the deployed schema, which must not get any load`, [
      'name another, for instance --schema table_stress',
    ]);
  }
  if (isTaken(schema)) {
    throw new UsageError(`--schema ${schema}: belongs to PostgreSQL or Supabase`, [
      'name another, for instance --schema table_stress',
    ]);
  }
  return { source, schema, allow, copy, clock };
}
