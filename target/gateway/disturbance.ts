/** What becomes of one request: cut before it is handed on, cut after it was carried out, or held back. */
export type Disturbance =
  | { readonly kind: 'drop-request' }
  | { readonly kind: 'drop-reply' }
  | { readonly kind: 'delay'; readonly ms: number };

/** Asked for each request; null: nothing happens to it. */
export type Disturb = () => Disturbance | null;
