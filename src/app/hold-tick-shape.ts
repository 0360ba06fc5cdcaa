import { executionAsyncResource } from "node:async_hooks";
import process from "node:process";

/**
 * One of the objects that Node queues for `process.nextTick`; undefined until the first tick has run.
 *
 * A held object keeps ticks fast. Node makes these objects from one literal. V8 is fast only with the first
 * hidden class of that literal, and drops the class if no object has it during three garbage collections, as
 * in an idle service. Then every later tick takes six times as long: about ten ticks take a quarter of the
 * time of a small request. On Deno the held object has no effect.
 */
export let heldTick: object | undefined;

// Queued when the module loads: later, V8 may have dropped the hidden class.
process.nextTick(() => {
  heldTick = executionAsyncResource();
});
