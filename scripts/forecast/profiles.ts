import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../contracts/errors.ts';
import { readJson } from '../../contracts/json-file.ts';
import {
  LAUNCH_PROFILE_VERSION,
  type LaunchProfile,
  launchProfileSchema,
} from '../../contracts/launch-profile.ts';
import { projectRoot } from '../project.ts';

const folder = path.join(projectRoot, 'capacity', 'profiles');
const ENDING = '.json';

/** Names of the profiles that come with table-stress. */
export async function profileNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(ENDING) && !file.endsWith('.schema.json'))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
}

/** Each of them with what it is about. */
export async function listProfiles(): Promise<{ name: string; about: string }[]> {
  const names = await profileNames();
  return Promise.all(
    names.map(async (name) => {
      const { about } = JSON.parse(await readFile(path.join(folder, name + ENDING), 'utf8')) as LaunchProfile;
      return { name, about: about ?? '' };
    }),
  );
}

/**
 * Reads a launch profile: a file, or one that comes with table-stress by its name.
 *
 * @throws UsageError that names the file, the field, the value's problem and what to do
 */
export async function readProfile(name: string): Promise<{ profile: LaunchProfile; source: string }> {
  const names = await profileNames();
  const file = names.includes(name) ? path.join(folder, name + ENDING) : name;
  try {
    await access(file);
  } catch {
    throw new UsageError(`${name}: there is no such launch profile`, [
      `name a file, or one of: ${names.join(', ')}`,
    ]);
  }
  return { profile: await readJson(file, launchProfileSchema, LAUNCH_PROFILE_VERSION), source: name };
}
