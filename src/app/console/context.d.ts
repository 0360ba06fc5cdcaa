import type { Outcome } from "./api.js";
import type { TemplateResult } from "./lib/lit-html.js";
import type { LiveState } from "./live.js";
import type { Preferences } from "./preferences.js";
import type { Route } from "./routes.js";
import type { Language, PageTexts } from "./texts.js";

export interface Context {
  readonly words: () => PageTexts;
  readonly preferences: Preferences;
  /** Undefined until the service has sent it. */
  readonly state: () => LiveState | undefined;
  /** When the state was received, by the clock of this machine. */
  readonly receivedAtMs: () => number;
  /** Loads the texts of a language, and remembers the choice. */
  readonly setLanguage: (language: Language) => Promise<void>;
  /** Informs the current page that the admin token was entered or forgotten. */
  readonly tokenChanged: () => void;
  /** Returns the preview that was requested while the console was loading; undefined at later calls. */
  readonly readEarlyPreview: () => Promise<Outcome> | undefined;
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
  /** Called whenever the page is shown. */
  readonly enter?: (route: Route) => void;
  readonly leave?: () => void;
  /** Called after the admin token was entered or forgotten. */
  readonly tokenChanged?: () => void;
  /** Called after the language was changed: texts of the service must be requested again. */
  readonly languageChanged?: () => void;
  /** The visible link to a route, if there is one: it gets the focus when the user comes back from there. */
  readonly linkTo?: (route: Route) => HTMLElement | undefined;
  readonly stateChanged?: (state: LiveState) => void;
}
