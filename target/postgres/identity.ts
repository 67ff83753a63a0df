import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { TargetError } from '../../contracts/errors.ts';

/** A system user that PostgreSQL can run as. */
export interface Identity {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who runs PostgreSQL: null for the current user; for root, which PostgreSQL refuses, an existing unprivileged
 * user. No user is created on the system.
 *
 * @throws TargetError when we are root and neither `postgres` nor `nobody` exists.
 */
export async function serverIdentity(): Promise<Identity | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const identity = (await fromPasswd(name)) ?? (await fromId(name));
    if (identity !== null && identity.uid > 0) return identity;
  }
  throw new TargetError('PostgreSQL does not run as root, and there is no user "postgres" or "nobody".', [
    'Run as an ordinary user.',
    'Or create a user: useradd --system postgres',
  ]);
}

async function fromPasswd(name: string): Promise<Identity | null> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) return valid(name, Number(uid), Number(gid));
  }
  return null;
}

/** Users of a directory service, and of macOS, are not in the file. */
async function fromId(name: string): Promise<Identity | null> {
  const uid = await execa('id', ['-u', name], { reject: false });
  const gid = await execa('id', ['-g', name], { reject: false });
  if (uid.exitCode !== 0 || gid.exitCode !== 0) return null;
  return valid(name, Number(uid.stdout), Number(gid.stdout));
}

function valid(name: string, uid: number, gid: number): Identity | null {
  // nobody is -2 on macOS, which spawn does not take.
  return Number.isInteger(uid) && Number.isInteger(gid) && uid >= 0 && gid >= 0 ? { name, uid, gid } : null;
}
