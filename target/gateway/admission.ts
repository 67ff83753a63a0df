import type { ProjectKeys } from '../keys.ts';

/** What the gateway decides about a request's keys. */
export type Admission =
  | { readonly ok: true; readonly authorization: string | undefined }
  | { readonly ok: false; readonly status: 401; readonly body: Readonly<Record<string, string>> };

export interface Credentials {
  readonly apikey: string | undefined;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
}

const noKey = {
  message: 'No API key found in request',
  hint: 'No `apikey` request header or url param was found.',
};
const unknownKey = {
  message: 'Invalid API key',
  hint: 'Double check your Supabase `anon` or `service_role` API key.',
};
const secretInBrowser = {
  message: 'Forbidden use of secret API key in browser',
  hint: 'Secret API keys can only be used in a protected environment and should never be used in a browser.',
};
const keyAsToken = {
  message: 'Invalid API key',
  hint: 'An API key is no JWT: send it in the `apikey` header only.',
};

/**
 * Applies Supabase's rules for keys: one is required; a legacy key passes as it is, with whatever `Authorization`
 * came along; a new key is exchanged for the project's JWT of its role, unless the caller brings a user's JWT.
 */
export function admit(keys: ProjectKeys, credentials: Credentials): Admission {
  const { apikey, authorization } = credentials;
  if (!apikey) return refuse(noKey);
  const bearer = /^bearer\s+(.+)$/i.exec(authorization ?? '')?.[1]?.trim();
  if (apikey === keys.anonKey || apikey === keys.serviceRoleKey) {
    return bearer?.startsWith('sb_') ? refuse(keyAsToken) : { ok: true, authorization };
  }
  const exchanged = exchange(keys, apikey);
  if (exchanged === null) return refuse(unknownKey);
  if (apikey === keys.secretApiKey && isBrowser(credentials.userAgent)) return refuse(secretInBrowser);
  if (bearer === undefined || bearer === apikey) return { ok: true, authorization: `Bearer ${exchanged}` };
  return bearer.startsWith('sb_') ? refuse(keyAsToken) : { ok: true, authorization };
}

function exchange(keys: ProjectKeys, apikey: string): string | null {
  if (apikey === keys.secretApiKey) return keys.serviceRoleKey;
  if (apikey === keys.publishableKey) return keys.anonKey;
  return null;
}

function isBrowser(userAgent: string | undefined): boolean {
  return /^mozilla\//i.test(userAgent ?? '');
}

function refuse(body: Readonly<Record<string, string>>): Admission {
  return { ok: false, status: 401, body };
}
