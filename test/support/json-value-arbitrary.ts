import fc from "fast-check";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  setOwnProperty,
} from "../../src/domain/json/json-value.ts";

const TRICKY_KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "10",
  "9",
  "01",
  "",
  "\u{1F600}",
  "\uE000",
  "\uFFFF",
];

/** Well-formed text of any code points, control characters included. */
export const textArbitrary = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);

const keyArbitrary = fc.oneof(fc.constantFrom(...TRICKY_KEYS), textArbitrary);
const floatArbitrary = fc.double({ noNaN: true, noDefaultInfinity: true });
const scalarArbitrary: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, true, false),
  textArbitrary,
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  fc.integer().map(BigInt),
  floatArbitrary,
  fc.integer().map(Number),
);

/** Any value that JSON can hold, integers and floats apart. */
export const jsonValueArbitrary: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalarArbitrary,
    fc.array(tie("value"), { maxLength: 4 }),
    objectOf(tie("value")),
  ),
})).value;

/** An object of such values, keys like `__proto__` included. */
export const jsonObjectArbitrary: fc.Arbitrary<JsonObject> = objectOf(jsonValueArbitrary);

function objectOf(values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  const entry = fc.tuple(keyArbitrary, values);
  return fc.uniqueArray(entry, { selector: ([key]) => key, maxLength: 5 }).map(objectFrom);
}

function objectFrom(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const [key, value] of entries) setOwnProperty(object, key, value);
  return object;
}

/** A text that two values share only if they are the same value: independent of the canonical form. */
export function identityOf(value: JsonValue): string {
  if (Array.isArray(value)) return `list(${value.map(identityOf).join()})`;
  if (isJsonObject(value)) {
    const members = Object.keys(value).map(
      (key) => `${JSON.stringify(key)}=${identityOf(value[key] as JsonValue)}`,
    );
    return `object(${members.sort().join()})`;
  }
  if (Object.is(value, -0)) return "number(-0)";
  return typeof value === "string" ? JSON.stringify(value) : `${typeof value}(${value})`;
}

/** The value as plain JavaScript has it: integers are numbers too. */
export function plainOf(value: JsonValue): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plainOf);
  if (!isJsonObject(value)) return value;
  return objectFrom(Object.keys(value).map((key) => [key, plainOf(value[key] as JsonValue)]));
}
