import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { HttpEnv } from "../../../../src/app/http/responses/request-context.ts";
import { addEventRoutes } from "../../../../src/app/http/routes/event-routes.ts";
import { createSubscriberHub } from "../../../../src/app/status/subscriber-hub.ts";

/** A hub of one place, whose state is told anew at each look. */
function startEvents() {
  const looks = new Set<() => void>();
  let told = 0;
  const live = createSubscriberHub({
    state: () => ({ told: told++ }),
    subscribersMax: 1,
    runEvery(_, task) {
      looks.add(task);
      return () => void looks.delete(task);
    },
    runSoon: (task) => task(),
  });
  const app = new Hono<HttpEnv>();
  addEventRoutes(app, { statusStream: live, readiness: () => expect.fail("The service is not stopping") });
  return {
    subscribe: async (): Promise<Response> =>
      app.fetch(new Request("http://mosaic/events"), {
        requestId: "a",
        header: () => undefined,
        route: undefined,
      }),
    look(times: number): void {
      for (let time = 0; time < times; time++) for (const task of looks) task();
    },
    told: () => told,
  };
}

describe("GET /events", () => {
  test("disconnects a client that reads nothing after at most sixteen messages, and frees its place", async () => {
    const { subscribe, look, told } = startEvents();
    const silent = await subscribe();
    look(13);
    expect((await subscribe()).status).toBe(503);
    look(10_000);
    expect(told()).toBeLessThan(20);
    expect((await subscribe()).status).toBe(200);
    // What it may still read ends well, and is what was kept.
    expect((await silent.text()).split("\n\n").slice(0, -1)).toHaveLength(16);
  });

  test("keeps a client that reads", async () => {
    const { subscribe, look, told } = startEvents();
    const reader = (await subscribe()).body?.getReader();
    await reader?.read();
    for (let time = 0; time < 100; time++) {
      look(1);
      await reader?.read();
    }
    expect(told()).toBe(101);
    await reader?.cancel();
    expect((await subscribe()).status).toBe(200);
  });
});
