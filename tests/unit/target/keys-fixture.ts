import type { ProjectKeys } from '../../../target/keys.ts';

/** Keys that are easy to tell apart; none is a real token. */
export const keys: ProjectKeys = {
  jwtSecret: 'jwt-secret',
  anonKey: 'anon.legacy.jwt',
  serviceRoleKey: 'service.legacy.jwt',
  publishableKey: 'sb_publishable_x',
  secretApiKey: 'sb_secret_x',
};
