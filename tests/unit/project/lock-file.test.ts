import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (name: string): never => JSON.parse(readFileSync(path.join(root, name), 'utf8')) as never;

interface Package {
  version?: string;
  optionalDependencies?: Record<string, string>;
  dependencies?: Record<string, string>;
}

describe('package-lock.json', () => {
  const { packages }: { packages: Record<string, Package> } = read('package-lock.json');

  // npm leaves out what the registry did not show when the file was written, and `npm ci` then refuses it.
  it('holds every package of every platform', () => {
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`${place}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('names no address of a registry', () => {
    expect(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });

  it('pins what package.json pins', () => {
    const { dependencies, devDependencies }: Record<string, Record<string, string>> = read('package.json');
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d/);
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });
});
