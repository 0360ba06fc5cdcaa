import { describe, expect, test } from "vitest";
import { createSubscriberHub, type Subscriber } from "../../../src/app/status/subscriber-hub.ts";

/** A hub whose time passes when told to, and a subscriber that notes what it hears. */
function startHub({ subscribersMax = 2 } = {}) {
  const state = { value: 1, ageSeconds: 1 };
  const looks = new Set<() => void>();
  const due: (() => void)[] = [];
  const hub = createSubscriberHub({
    state: () => state,
    subscribersMax,
    runEvery(_, task) {
      looks.add(task);
      return () => void looks.delete(task);
    },
    runSoon: (task) => void due.push(task),
  });
  return {
    hub,
    state,
    timers: () => looks.size,
    look: () => {
      for (const task of looks) task();
    },
    settle: () => {
      for (const task of due.splice(0)) task();
    },
  };
}

function listen(): Subscriber & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    state: (json) => void heard.push(json),
    heartbeat: () => void heard.push("beat"),
    end: () => void heard.push("end"),
  };
}

const told = (value: number, ageSeconds = 1): string => JSON.stringify({ value, ageSeconds });

describe("createSubscriberHub()", () => {
  test("sends each subscriber the state in its language", () => {
    const state = { value: 1 };
    const hub = createSubscriberHub({
      state: (language) => ({ ...state, language }),
      subscribersMax: 2,
      runEvery: () => () => undefined,
      runSoon: (task) => task(),
    });
    const [english, portuguese] = [listen(), listen()];
    hub.subscribe(portuguese, "pt");
    hub.subscribe(english);
    hub.changed();
    state.value = 2;
    hub.changed();
    const heard = (language: string) => [1, 2].map((value) => JSON.stringify({ value, language }));
    expect([english.heard, portuguese.heard]).toEqual([heard("en"), heard("pt")]);
  });

  test("tells the state at once, and each change of it once, however often it is said to have changed", () => {
    const { hub, state, settle } = startHub();
    const subscriber = listen();
    hub.subscribe(subscriber);
    hub.changed();
    settle();
    expect(subscriber.heard).toEqual([told(1)]);
    state.value = 2;
    hub.changed();
    hub.changed();
    settle();
    settle();
    expect(subscriber.heard).toEqual([told(1), told(2)]);
  });

  test("looks by itself for changes that nothing tells of, and takes a growing age for none", () => {
    const { hub, state, look } = startHub();
    const subscriber = listen();
    hub.subscribe(subscriber);
    state.ageSeconds = 9;
    look();
    expect(subscriber.heard).toEqual([told(1)]);
    state.value = 2;
    look();
    expect(subscriber.heard).toEqual([told(1), told(2, 9)]);
  });

  test("sends a beat when there was no news for fifteen looks", () => {
    const { hub, look } = startHub();
    const subscriber = listen();
    hub.subscribe(subscriber);
    for (let looked = 0; looked < 14; looked++) look();
    expect(subscriber.heard).toHaveLength(1);
    look();
    expect(subscriber.heard).toEqual([told(1), "beat"]);
  });

  test("tells a follower that comes later the state of then, and the others nothing twice", () => {
    const { hub, state, look } = startHub();
    const [first, second] = [listen(), listen()];
    hub.subscribe(first);
    state.value = 2;
    hub.subscribe(second);
    look();
    expect(first.heard).toEqual([told(1), told(2)]);
    expect(second.heard.at(-1)).toBe(told(2));
  });

  test("accepts subscribers up to its limit, until one leaves", () => {
    const { hub } = startHub({ subscribersMax: 2 });
    const first = hub.subscribe(listen());
    hub.subscribe(listen());
    expect(hub.subscribe(listen()).kind).toBe("full");
    if (first.kind === "subscribed") first.unsubscribe();
    expect(hub.subscribe(listen()).kind).toBe("subscribed");
  });

  test("looks only while somebody follows", () => {
    const { hub, timers, settle, state } = startHub();
    expect(timers()).toBe(0);
    const subscriber = listen();
    const subscribed = hub.subscribe(subscriber);
    expect(timers()).toBe(1);
    state.value = 2;
    hub.changed();
    if (subscribed.kind === "subscribed") subscribed.unsubscribe();
    settle();
    expect([timers(), subscriber.heard]).toEqual([0, [told(1)]]);
  });

  test("lets a follower leave while it is told", () => {
    const { hub, state, look } = startHub();
    const leaving: Subscriber = {
      state: () => subscribed?.kind === "subscribed" && subscribed.unsubscribe(),
      heartbeat: () => undefined,
      end: () => undefined,
    };
    let subscribed: ReturnType<typeof hub.subscribe> | undefined;
    subscribed = hub.subscribe(leaving);
    const other = listen();
    hub.subscribe(other);
    state.value = 2;
    look();
    expect(other.heard.at(-1)).toBe(told(2));
    expect(hub.subscribe(listen()).kind).toBe("subscribed");
  });

  test("ends what all hear when it is closed, and takes nobody then", () => {
    const { hub, timers } = startHub();
    const subscriber = listen();
    hub.subscribe(subscriber);
    hub.close();
    expect([timers(), subscriber.heard.at(-1), hub.subscribe(listen()).kind]).toEqual([0, "end", "closed"]);
  });
});
