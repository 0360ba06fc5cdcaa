/**
 * A port as programs write one as a class: its operations are on the prototype, and fail when they are called without the
 * instance.
 */
export function asInstance<Port extends object>(port: Port): Port {
  class Instance {
    readonly #port = port;

    run(name: string, args: readonly unknown[]): unknown {
      const operation = Reflect.get(this.#port, name) as (...given: readonly unknown[]) => unknown;
      return operation(...args);
    }
  }
  for (const [name, value] of Object.entries(port)) {
    const isOperation = typeof value === "function";
    Object.defineProperty(Instance.prototype, name, {
      value: isOperation
        ? function operate(this: Instance, ...args: readonly unknown[]): unknown {
            return this.run(name, args);
          }
        : value,
    });
  }
  return new Instance() as unknown as Port;
}
