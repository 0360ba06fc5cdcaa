/** Whoever wants to be told; neither function may throw. */
export interface Follower {
  /** The state as it is now, as JSON. */
  state(json: string): void;
  /** Nothing has changed for a while: the connection is still good. */
  beat(): void;
  /** No more will be told. */
  end(): void;
}

/** `full`: there are as many followers as there may be. `closed`: the service is stopping. */
export type Following =
  | { readonly kind: "following"; readonly leave: () => void }
  | { readonly kind: "closed" | "full" };

/** Tells a bounded number of followers how the service is, whenever that has changed. */
export interface LiveHub {
  /** Tells the state at once, and each new one from then on. */
  follow(follower: Follower): Following;
  /** Something has happened that may have changed the state. */
  changed(): void;
  /** Ends what all followers hear, and takes no more. */
  close(): void;
}

export interface LiveHubDeps {
  readonly state: () => unknown;
  readonly followersMax: number;
  /** Calls again and again until what it returns is called. */
  readonly every: (ms: number, task: () => void) => () => void;
  /** Calls soon, when what goes on now has ended. */
  readonly soon: (task: () => void) => void;
}

/** How often the state is looked at for what no event tells, such as a list of tickers that has expired. */
const LOOK_MS = 1000;
/** A beat is sent after so many looks without news: proxies cut what is silent for a minute or less. */
const LOOKS_PER_BEAT = 15;

export function createLiveHub({ state, followersMax, every, soon }: LiveHubDeps): LiveHub {
  const followers = new Set<Follower>();
  let told = "";
  let looksSinceTold = 0;
  let isDue = false;
  let closed = false;
  let stopLooking: (() => void) | undefined;

  function look(): void {
    const now = state();
    const mark = markOf(now);
    looksSinceTold += 1;
    if (mark !== told) {
      told = mark;
      const json = JSON.stringify(now);
      tell((follower) => follower.state(json));
    } else if (looksSinceTold >= LOOKS_PER_BEAT) tell((follower) => follower.beat());
  }

  function tell(how: (follower: Follower) => void): void {
    looksSinceTold = 0;
    // Whoever cannot keep up leaves while being told.
    for (const follower of [...followers]) how(follower);
  }

  function leave(follower: Follower): void {
    followers.delete(follower);
    if (followers.size > 0) return;
    stopLooking?.();
    stopLooking = undefined;
  }

  return {
    follow(follower) {
      if (closed) return { kind: "closed" };
      if (followers.size >= followersMax) return { kind: "full" };
      const now = state();
      if (followers.size === 0) {
        told = markOf(now);
        stopLooking = every(LOOK_MS, look);
      }
      followers.add(follower);
      follower.state(JSON.stringify(now));
      return { kind: "following", leave: () => leave(follower) };
    },
    changed() {
      if (isDue || followers.size === 0) return;
      isDue = true;
      soon(() => {
        isDue = false;
        if (followers.size > 0) look();
      });
    },
    close() {
      closed = true;
      for (const follower of [...followers]) {
        leave(follower);
        follower.end();
      }
    },
  };
}

/** An age grows by itself: that is no news. */
function markOf(state: unknown): string {
  return JSON.stringify(state, (key, value) => (key === "ageSeconds" ? undefined : value));
}
