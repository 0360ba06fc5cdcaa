import type { Language } from "../../lib/language.ts";

/** A subscriber; its functions must not throw. */
export interface Subscriber {
  /** The current state, as JSON. */
  state(json: string): void;
  /** Called when nothing has changed for a while, so that the connection stays open. */
  heartbeat(): void;
  /** The stream has ended. */
  end(): void;
}

/** `full`: the limit of subscribers is reached. `closed`: the service is stopping. */
export type SubscribeResult =
  | { readonly kind: "subscribed"; readonly unsubscribe: () => void }
  | { readonly kind: "closed" | "full" };

/** Sends the service's state to a bounded number of subscribers, on every change. */
export interface SubscriberHub {
  /** Sends the state at once and at every change, in the given language; English by default. */
  subscribe(subscriber: Subscriber, language?: Language): SubscribeResult;
  /** Call it when the state may have changed. */
  changed(): void;
  /** Ends the streams of all subscribers, and accepts no more. */
  close(): void;
}

export interface SubscriberHubDeps {
  readonly state: (language: Language) => unknown;
  readonly subscribersMax: number;
  /** Runs a task at intervals, until the returned function is called. */
  readonly runEvery: (ms: number, task: () => void) => () => void;
  /** Runs a task after the current event. */
  readonly runSoon: (task: () => void) => void;
}

/** The interval of checks for changes without an event, such as the expiry of the list of tickers. */
const CHECK_MS = 1000;
/**
 * A heartbeat is sent after this many checks without a change, because proxies close connections that are
 * silent for a minute, or even less.
 */
const CHECKS_PER_HEARTBEAT = 15;

export function createSubscriberHub({
  state,
  subscribersMax,
  runEvery,
  runSoon,
}: SubscriberHubDeps): SubscriberHub {
  const subscribers = new Map<Subscriber, Language>();
  let sent = "";
  let checksSinceSent = 0;
  let isDue = false;
  let closed = false;
  let stopChecking: (() => void) | undefined;

  function checkForChange(): void {
    const now = state("en");
    const mark = toComparableText(now);
    checksSinceSent += 1;
    if (mark !== sent) {
      sent = mark;
      const written = new Map<Language, string>([["en", JSON.stringify(now)]]);
      notify((subscriber, language) => {
        const json = written.get(language) ?? JSON.stringify(state(language));
        written.set(language, json);
        subscriber.state(json);
      });
    } else if (checksSinceSent >= CHECKS_PER_HEARTBEAT) notify((subscriber) => subscriber.heartbeat());
  }

  function notify(how: (subscriber: Subscriber, language: Language) => void): void {
    checksSinceSent = 0;
    // Copied, because a subscriber that cannot keep up unsubscribes during the loop.
    for (const [subscriber, language] of [...subscribers]) how(subscriber, language);
  }

  function unsubscribe(subscriber: Subscriber): void {
    subscribers.delete(subscriber);
    if (subscribers.size > 0) return;
    stopChecking?.();
    stopChecking = undefined;
  }

  return {
    subscribe(subscriber, language = "en") {
      if (closed) return { kind: "closed" };
      if (subscribers.size >= subscribersMax) return { kind: "full" };
      const now = state(language);
      if (subscribers.size === 0) {
        sent = toComparableText(language === "en" ? now : state("en"));
        stopChecking = runEvery(CHECK_MS, checkForChange);
      }
      subscribers.set(subscriber, language);
      subscriber.state(JSON.stringify(now));
      return { kind: "subscribed", unsubscribe: () => unsubscribe(subscriber) };
    },
    changed() {
      if (isDue || subscribers.size === 0) return;
      isDue = true;
      runSoon(() => {
        isDue = false;
        if (subscribers.size > 0) checkForChange();
      });
    },
    close() {
      closed = true;
      for (const subscriber of [...subscribers.keys()]) {
        unsubscribe(subscriber);
        subscriber.end();
      }
    },
  };
}

/**
 * The text by which two states are compared: in one language, because all languages change together, and
 * without ages, which always grow.
 */
function toComparableText(state: unknown): string {
  return JSON.stringify(state, (key, value) => (key === "ageSeconds" ? undefined : value));
}
