import { executionAsyncResource } from "node:async_hooks";
import process from "node:process";

/**
 * One object of those that Node queues for `process.nextTick`; undefined until the first turn has ended.
 *
 * To hold it keeps ticks as fast as they are at the start. Node makes these objects from a literal with computed names,
 * whose shape V8 looks up only while it is the one that it saw first. Nothing holds that shape while no tick waits: after
 * three collections of garbage in such moments, which every service has that idles, it is gone, and from then on a tick takes
 * six times as long. A request needs about ten of them, a quarter of its time. On Deno this holds an object of no
 * use, and no harm.
 */
export let heldTick: object | undefined;

// When this is loaded and not when somebody asks: the shape may be gone by then.
process.nextTick(() => {
  heldTick = executionAsyncResource();
});
