/** A ref in words, for messages. */
export const refInWords = '20 small letters, as in https://<ref>.supabase.co';

/** Whether a text has the form of a project's reference (Management API: `^[a-z]{20}$`). */
export function isProjectRef(text: string): boolean {
  return /^[a-z]{20}$/.test(text);
}

/** A ref as it may be shown: a text of another form may be a key or a password in the wrong place. */
export function showRef(text: string): string {
  return /^[A-Za-z0-9-]{1,24}$/.test(text) ? `"${text}"` : 'the value (not shown)';
}
