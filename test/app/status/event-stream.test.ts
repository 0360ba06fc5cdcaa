import { describe, expect, test } from "vitest";
import { createLiveHub, type Follower } from "../../../src/app/status/event-stream.ts";

/** A hub whose time passes when told to, and a follower that notes what it hears. */
function startHub({ followersMax = 2 } = {}) {
  const state = { value: 1, ageSeconds: 1 };
  const looks = new Set<() => void>();
  const due: (() => void)[] = [];
  const hub = createLiveHub({
    state: () => state,
    followersMax,
    every(_, task) {
      looks.add(task);
      return () => void looks.delete(task);
    },
    soon: (task) => void due.push(task),
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

function listen(): Follower & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    state: (json) => void heard.push(json),
    beat: () => void heard.push("beat"),
    end: () => void heard.push("end"),
  };
}

const told = (value: number, ageSeconds = 1): string => JSON.stringify({ value, ageSeconds });

describe("createLiveHub()", () => {
  test("tells the state at once, and each change of it once, however often it is said to have changed", () => {
    const { hub, state, settle } = startHub();
    const follower = listen();
    hub.follow(follower);
    hub.changed();
    settle();
    expect(follower.heard).toEqual([told(1)]);
    state.value = 2;
    hub.changed();
    hub.changed();
    settle();
    settle();
    expect(follower.heard).toEqual([told(1), told(2)]);
  });

  test("looks by itself for changes that nothing tells of, and takes a growing age for none", () => {
    const { hub, state, look } = startHub();
    const follower = listen();
    hub.follow(follower);
    state.ageSeconds = 9;
    look();
    expect(follower.heard).toEqual([told(1)]);
    state.value = 2;
    look();
    expect(follower.heard).toEqual([told(1), told(2, 9)]);
  });

  test("sends a beat when there was no news for fifteen looks", () => {
    const { hub, look } = startHub();
    const follower = listen();
    hub.follow(follower);
    for (let looked = 0; looked < 14; looked++) look();
    expect(follower.heard).toHaveLength(1);
    look();
    expect(follower.heard).toEqual([told(1), "beat"]);
  });

  test("tells a follower that comes later the state of then, and the others nothing twice", () => {
    const { hub, state, look } = startHub();
    const [first, second] = [listen(), listen()];
    hub.follow(first);
    state.value = 2;
    hub.follow(second);
    look();
    expect(first.heard).toEqual([told(1), told(2)]);
    expect(second.heard.at(-1)).toBe(told(2));
  });

  test("takes so many followers and no more, until one leaves", () => {
    const { hub } = startHub({ followersMax: 2 });
    const first = hub.follow(listen());
    hub.follow(listen());
    expect(hub.follow(listen()).kind).toBe("full");
    if (first.kind === "following") first.leave();
    expect(hub.follow(listen()).kind).toBe("following");
  });

  test("looks only while somebody follows", () => {
    const { hub, timers, settle, state } = startHub();
    expect(timers()).toBe(0);
    const follower = listen();
    const following = hub.follow(follower);
    expect(timers()).toBe(1);
    state.value = 2;
    hub.changed();
    if (following.kind === "following") following.leave();
    settle();
    expect([timers(), follower.heard]).toEqual([0, [told(1)]]);
  });

  test("lets a follower leave while it is told", () => {
    const { hub, state, look } = startHub();
    const leaving: Follower = {
      state: () => following?.kind === "following" && following.leave(),
      beat: () => undefined,
      end: () => undefined,
    };
    let following: ReturnType<typeof hub.follow> | undefined;
    following = hub.follow(leaving);
    const other = listen();
    hub.follow(other);
    state.value = 2;
    look();
    expect(other.heard.at(-1)).toBe(told(2));
    expect(hub.follow(listen()).kind).toBe("following");
  });

  test("ends what all hear when it is closed, and takes nobody then", () => {
    const { hub, timers } = startHub();
    const follower = listen();
    hub.follow(follower);
    hub.close();
    expect([timers(), follower.heard.at(-1), hub.follow(listen()).kind]).toEqual([0, "end", "closed"]);
  });
});
