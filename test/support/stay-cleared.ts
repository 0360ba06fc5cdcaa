/**
 * Makes the fake timers that are in use stay cleared. A real timer that was cleared ignores `refresh()`; a fake one comes back.
 * On Bun sockets keep their time limits with the global timers and refresh them at every byte.
 */
export function keepTimersCleared(): void {
  const { setTimeout: start, clearTimeout: clear } = globalThis;
  const cleared = new WeakSet<object>();
  globalThis.setTimeout = Object.assign((...args: Parameters<typeof start>) => {
    const timer = start(...args);
    if (typeof timer !== "object") return timer;
    const refresh = timer.refresh.bind(timer);
    return Object.assign(timer, { refresh: () => (cleared.has(timer) ? timer : refresh()) });
  }, start);
  globalThis.clearTimeout = (timer) => {
    if (timer instanceof Object) cleared.add(timer);
    clear(timer);
  };
}
