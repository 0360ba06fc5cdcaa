import { AssertionError } from "node:assert";
import { inspect } from "node:util";

/** Assertions about a value; each throws an `AssertionError` with the actual and the expected value. */
export interface Expectation {
  /** Compares with `Object.is`. */
  toBe(expected: unknown): void;
  notToBe(expected: unknown): void;
  /** Compares in depth. A property that is `undefined` equals an absent one; a `Buffer` equals a `Uint8Array`. */
  toEqual(expected: unknown): void;
  /** Compares the expected properties only, also in nested objects. */
  toMatchObject(expected: object): void;
  toBeUndefined(): void;
  toBeInstanceOf(expected: abstract new (...args: never[]) => unknown): void;
  toContain(expected: unknown): void;
  toMatch(expected: RegExp): void;
  toBeGreaterThan(expected: number): void;
  toBeLessThanOrEqual(expected: number): void;
}

/** Makes the assertions about a value. They use no test runner, so that the suites run under any one. */
export function expect(actual: unknown): Expectation {
  const check = (isMet: boolean, operator: string, expected: unknown): void => {
    if (isMet) return;
    const message = `Expected ${show(actual)} ${operator} ${show(expected)}`;
    throw new AssertionError({ message, actual, expected, operator });
  };
  return {
    toBe: (expected) => check(Object.is(actual, expected), "to be", expected),
    notToBe: (expected) => check(!Object.is(actual, expected), "not to be", expected),
    toEqual: (expected) => check(isEqual(actual, expected), "to equal", expected),
    toMatchObject: (expected) => check(hasProperties(actual, expected), "to match", expected),
    toBeUndefined: () => check(actual === undefined, "to be", undefined),
    toBeInstanceOf: (expected) => check(actual instanceof expected, "to be an instance of", expected),
    toContain: (expected) =>
      check(Array.isArray(actual) && actual.includes(expected), "to contain", expected),
    toMatch: (expected) => check(typeof actual === "string" && expected.test(actual), "to match", expected),
    toBeGreaterThan: (expected) => check(Number(actual) > expected, "to be greater than", expected),
    toBeLessThanOrEqual: (expected) => check(Number(actual) <= expected, "to be at most", expected),
  };
}

/** Returns the error of a call; undefined if the call succeeds. */
export function rejectionOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const SHOWN = { depth: 6, maxArrayLength: 50, maxStringLength: 500 } as const;

function show(value: unknown): string {
  return inspect(value, SHOWN);
}

function hasProperties(actual: unknown, expected: object): boolean {
  if (!isObject(actual)) return false;
  return Object.entries(expected).every(([name, value]) => {
    const found: unknown = Reflect.get(actual, name);
    return isRecord(value) ? hasProperties(found, value) : isEqual(found, value);
  });
}

function isRecord(value: unknown): value is object {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (!isObject(left) || !isObject(right)) return false;
  if (left instanceof Uint8Array || right instanceof Uint8Array) return isSameBytes(left, right);
  if (Array.isArray(left) || Array.isArray(right)) return isSameList(left, right);
  if (left instanceof Map && right instanceof Map) return isSameMap(left, right);
  if (left instanceof Map || right instanceof Map) return false;
  if (left instanceof Error || right instanceof Error) return isSameError(left, right);
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => isEqual(Reflect.get(left, name), Reflect.get(right, name)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isSameBytes(left: object, right: object): boolean {
  if (!(left instanceof Uint8Array && right instanceof Uint8Array)) return false;
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index]);
}

function isSameList(left: object, right: object): boolean {
  if (!(Array.isArray(left) && Array.isArray(right)) || left.length !== right.length) return false;
  return left.every((item, index) => isEqual(item, right[index]));
}

function isSameMap(left: ReadonlyMap<unknown, unknown>, right: ReadonlyMap<unknown, unknown>): boolean {
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && isEqual(value, right.get(key)))
  );
}

function isSameError(left: object, right: object): boolean {
  if (!(left instanceof Error && right instanceof Error)) return false;
  return left.name === right.name && left.message === right.message;
}
