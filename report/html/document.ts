import { type Html, html } from './html.ts';
import { readStyle } from './style.ts';

/**
 * A page as one file: no script, and a policy in the page that forbids it to load or run anything, so that it can be
 * opened from anywhere whatever the data holds.
 */
export async function renderDocument(title: string, body: Html): Promise<string> {
  const style = await readStyle();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return page.text;
}
