import { registerHooks } from "node:module";

/** Has Node load `no-history.ts` in place of the module of history. */
const HISTORY = new URL("../src/app/status/history.ts", import.meta.url).href;
const STAND_IN = new URL("./no-history.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return resolved.url === HISTORY ? { ...resolved, url: STAND_IN } : resolved;
  },
});
