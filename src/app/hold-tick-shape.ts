import { executionAsyncResource } from "node:async_hooks";
import process from "node:process";

/**
 * One of the objects that Node queues for `process.nextTick`; undefined until the first turn of the event
 * loop has ended.
 *
 * A held object keeps ticks fast. Node makes these objects from a literal with computed names. V8 looks up
 * their hidden class quickly only while it is the first class that V8 made for this literal. An idle service
 * has moments at which no tick waits and nothing references the class. After three garbage collections at
 * such moments, V8 drops the class, and every later tick takes six times as long. A request needs about ten
 * ticks, a quarter of its time. On Deno the held object has no effect.
 */
export let heldTick: object | undefined;

// Runs when the module loads: later, the class may already be dropped.
process.nextTick(() => {
  heldTick = executionAsyncResource();
});
