import { type Html, type HtmlValue, html } from './html.ts';

/** A drawing with its title and a sentence on how to read it. Small ones stand side by side where there is room. */
export function smallFigure(title: string, drawing: Html, note: HtmlValue = null): Html {
  return html`<figure class="small"><figcaption><strong>${title}</strong>${note && html`<span>${note}</span>`}</figcaption>${drawing}</figure>`;
}

/** A drawing over the whole width, which scrolls within its figure where the screen is narrower. */
export function wideFigure(title: string, drawing: Html, note: HtmlValue = null): Html {
  return html`<figure class="wide"><figcaption><strong>${title}</strong>${note && html`<span>${note}</span>`}</figcaption><div class="scroll" role="region" aria-label="${title}" tabindex="0">${drawing}</div></figure>`;
}
