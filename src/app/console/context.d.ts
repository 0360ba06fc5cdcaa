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
  /** Schedules a draw. */
  readonly update: () => void;
  /** Draws at once. */
  readonly flush: () => void;
  /** Announces a text to screen readers. */
  readonly announce: (text: string) => void;
}

/** A page: its content, and its handlers for leaving it and for changes of the service. */
export interface Page {
  readonly title: () => string;
  readonly draw: () => TemplateResult;
  readonly leave?: () => void;
  readonly stateChanged?: (state: LiveState) => void;
}
