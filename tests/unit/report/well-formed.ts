/** An element as a strict XML reader sees it. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const token = /<\?xml [^?]*\?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const entity = /&(?:(lt|gt|amp|quot|apos)|#(\d+));/y;
const characters: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads XML 1.0 without comments, CDATA and doctype, and throws on whatever is not well-formed: enough to test our own
 * writer with something stricter than a browser.
 */
export function parseXml(xml: string): Element {
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(xml);
  if (forbidden) throw new Error(`character ${forbidden[0].codePointAt(0)} at ${forbidden.index}`);
  const document: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [document];
  for (token.lastIndex = 0; token.lastIndex < xml.length; ) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match) throw new Error(`not well-formed at ${at}: ${xml.slice(at, at + 60)}`);
    const [, end, start, attributes = '', empty, text] = match;
    const parent = open.at(-1) ?? document;
    if (text !== undefined) parent.text += decode(text);
    if (end !== undefined && open.pop()?.name !== end) throw new Error(`</${end}> at ${at} closes nothing`);
    if (start !== undefined) {
      const element = { name: start, attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [root] = document.children;
  if (open.length !== 1 || document.children.length !== 1 || !root) throw new Error('there must be one root');
  return root;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} twice`);
    found[name] = decode(value);
  }
  return found;
}

function decode(text: string): string {
  return text.replace(/&[^;]{0,10};?/g, (reference) => {
    entity.lastIndex = 0;
    const match = entity.exec(reference);
    if (!match) throw new Error(`bad entity ${reference}`);
    return match[1] ? (characters[match[1]] ?? '') : String.fromCodePoint(Number(match[2]));
  });
}
