// Types of the chat widget, for websites that are written in TypeScript.

export interface MadoguchiEvents {
  /** The widget stands on the page. */
  ready: undefined;
  open: undefined;
  close: undefined;
  /** A message has been stored or has come; who wrote it, never what. */
  message: { seq: number; author: "customer" | "bot" | "staff" };
  /** The number of unread messages has changed. */
  unread: { count: number };
  /** The counter refused something; `code` as in its error frames. */
  error: { code: string };
}

export interface MadoguchiApi {
  open(): void;
  close(): void;
  toggle(): void;
  /** Puts text into the message field; nothing is sent. */
  prefill(text: string): void;
  /** A signed token of your server says who the visitor is; null takes it back. */
  setIdentity(jwt: string | null): void;
  /** "en" or "ja"; anything else gives the counter's own language. */
  setLocale(locale: string): void;
  /** The model number of the product the page is about; null for none. */
  setProduct(model: string | null): void;
  on<E extends keyof MadoguchiEvents>(event: E, fn: (detail: MadoguchiEvents[E]) => void): void;
  off<E extends keyof MadoguchiEvents>(event: E, fn: (detail: MadoguchiEvents[E]) => void): void;
  /** Forgets the visitor in this browser and at the counter. Call it when somebody logs out. */
  shutdown(): void | Promise<void>;
}

type MadoguchiEventMap = { [E in keyof MadoguchiEvents as `madoguchi:${E}`]: CustomEvent<MadoguchiEvents[E]> };

declare global {
  interface Window {
    Madoguchi: MadoguchiApi;
  }
  interface WindowEventMap extends MadoguchiEventMap {}
}
