import { executionAsyncResource } from "node:async_hooks";
import process from "node:process";

/**
 * One object of those that Node queues for `process.nextTick`; undefined until the first turn has ended.
 *
 * Holding it keeps ticks as fast as they are at the start. Node makes these objects from a literal with computed
 * names, whose shape V8 looks up only while it is the first one that it saw. Nothing references that shape while no
 * tick waits: after three garbage collections at such moments, which every idle service has, it is collected, and
 * from then on a tick takes six times as long. A request needs about ten of them, a quarter of its time. On Deno this
 * holds a useless, harmless object.
 */
export let heldTick: object | undefined;

// At load time and not on demand: the shape may be collected by then.
process.nextTick(() => {
  heldTick = executionAsyncResource();
});
