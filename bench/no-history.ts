import type { History } from "../src/app/status/history.ts";

/** Stands in for the module of history, so that its cost can be measured: records nothing. */
export function createHistory(): History {
  return {
    onCatalogEvent: () => undefined,
    list: async () => ({ shared: true, entries: [], departed: [] }),
    servedSince: () => undefined,
    departed: () => undefined,
    flush: async () => undefined,
  };
}
