import { describe, expect, test } from "vitest";
import {
  isJsonObject,
  JSON_DEPTH_MAX,
  type JsonValue,
  setOwnProperty,
} from "../../../src/domain/json/json-value.ts";

describe("isJsonObject()", () => {
  test.each<[JsonValue | undefined, boolean]>([
    [{}, true],
    [{ length: 0n }, true],
    [[], false],
    [[{}], false],
    [null, false],
    [undefined, false],
    ["{}", false],
    [1n, false],
    [1, false],
    [true, false],
  ])("isJsonObject() of %o is %j", (value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });
});

describe("setOwnProperty()", () => {
  test.each(["a", "__proto__", "constructor", "toString", "", "10"])(
    "setOwnProperty() makes %j an ordinary own key",
    (key) => {
      const object: Record<string, JsonValue> = {};
      setOwnProperty(object, key, "first");
      setOwnProperty(object, key, { polluted: true });
      expect(Object.getOwnPropertyDescriptors(object)).toHaveProperty([key], {
        value: { polluted: true },
        writable: true,
        enumerable: true,
        configurable: true,
      });
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      expect("polluted" in {}).toBe(false);
    },
  );
});

describe("JSON_DEPTH_MAX", () => {
  test("JSON_DEPTH_MAX is 100", () => {
    expect(JSON_DEPTH_MAX).toBe(100);
  });
});
