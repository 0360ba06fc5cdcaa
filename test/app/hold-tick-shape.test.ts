import { executionAsyncResource } from "node:async_hooks";
import process from "node:process";
import { expect, test } from "vitest";
import { heldTick } from "../../src/app/hold-tick-shape.ts";

/** What the runtime queues for a tick. */
function tickObject(): Promise<object> {
  const { promise, resolve } = Promise.withResolvers<object>();
  process.nextTick(() => resolve(executionAsyncResource()));
  return promise;
}

test("hold-tick-shape holds an object like those that are queued for ticks", async () => {
  const tick = await tickObject();

  expect(Reflect.ownKeys(heldTick ?? [])).toEqual(Reflect.ownKeys(tick));
});
