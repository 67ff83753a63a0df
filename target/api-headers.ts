/**
 * Headers of a request to PostgREST as service_role. The schema is always named: a request without one goes to the first
 * that is exposed.
 *
 * @param profile `Accept-Profile` for reading, `Content-Profile` for calls of functions
 */
export function apiHeaders(
  secretKey: string,
  schema: string,
  profile: 'Accept-Profile' | 'Content-Profile' = 'Accept-Profile',
): Record<string, string> {
  const headers: Record<string, string> = {
    apikey: secretKey,
    [profile]: schema,
    // Secret keys are refused from anything that looks like a browser.
    'User-Agent': 'table-stress',
  };
  // Keys of the newer kind are no JWT: the gateway refuses them in this header.
  if (!secretKey.startsWith('sb_')) headers.Authorization = `Bearer ${secretKey}`;
  return headers;
}
