/**
 * Characters that a reader cannot see, or that change how others are shown (controls, line separators, bidirectional
 * overrides, halves of surrogate pairs), as visible escapes. They come from the data under test, and a report must
 * show what is there. Tabs and line feeds stay.
 */
export function visible(text: string): string {
  return text.replace(invisible, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;
