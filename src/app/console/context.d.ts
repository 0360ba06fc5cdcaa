import type { TemplateResult } from "./lib/lit-html.js";
import type { LiveState } from "./live.js";
import type { Preferences } from "./preferences.js";
import type { Words } from "./words.js";

/** What every page gets from the console around it. */
export interface Context {
  readonly words: () => Words;
  readonly preferences: Preferences;
  /** Undefined until the service has sent it. */
  readonly state: () => LiveState | undefined;
  /** When it was received, by this machine's clock. */
  readonly toldAtMs: () => number;
  /** Draws again, soon. */
  readonly update: () => void;
  /** Draws again, at once. */
  readonly flush: () => void;
  /** Announces a text to screen readers. */
  readonly announce: (text: string) => void;
}

/** A page: what it draws, and what it does when it is left or the service has changed. */
export interface Page {
  readonly title: () => string;
  readonly draw: () => TemplateResult;
  readonly leave?: () => void;
  readonly stateChanged?: (state: LiveState) => void;
}
