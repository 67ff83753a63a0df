import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { messageOf, UsageError } from '../../contracts/errors.ts';

interface Found {
  readonly value: string;
  readonly source: 'environment' | '.env';
}

/** Variables of the environment and of the `.env` file together. */
export interface Environment {
  /** A value without surrounding blanks, and where it was found; null when it is not set, or set to nothing. */
  get(name: string): Found | null;
  /** Every value that a name has: in the environment, then in the file. */
  all(name: string): Found[];
  readonly warnings: readonly string[];
}

/**
 * Reads variables. What the environment has wins over the file, also when it is empty there: so a variable of the
 * file can be switched off.
 *
 * @param folder where `.env` may be; the working directory by default
 * @throws UsageError when the file is there and cannot be read
 */
export function readEnvironment(env: NodeJS.ProcessEnv, folder: string): Environment {
  const file = path.join(folder, '.env');
  const { values, warnings } = readFile(file);
  const found = (value: string | undefined, source: Found['source']): Found[] =>
    value === undefined ? [] : [{ value: value.trim(), source }];
  const all = (name: string) => [...found(env[name], 'environment'), ...found(values[name], '.env')];
  return {
    get(name) {
      const [first] = all(name);
      return first === undefined || first.value === '' ? null : first;
    },
    all: (name) => all(name).filter(({ value }) => value !== ''),
    warnings,
  };
}

function readFile(file: string): { values: NodeJS.Dict<string>; warnings: string[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { values: {}, warnings: [] };
    throw new UsageError(`.env: cannot be read (${messageOf(error)})`, [
      'make it readable for you, or remove it and set the variables in the environment',
    ]);
  }
  // Windows keeps no such bits.
  const open = process.platform !== 'win32' && (statSync(file).mode & 0o004) !== 0;
  const warnings = open ? ['.env can be read by every user of this machine: chmod 600 .env'] : [];
  return { values: parseEnv(text), warnings };
}
