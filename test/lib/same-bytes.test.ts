import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameBytes } from "../../src/lib/same-bytes.ts";

describe("sameBytes()", () => {
  test.each<[readonly number[], readonly number[], boolean]>([
    [[], [], true],
    [[0], [], false],
    [[], [0], false],
    [[0], [0], true],
    [[1, 2, 3], [1, 2, 3], true],
    [[1, 2, 3], [1, 2, 4], false],
    [[0, 2, 3], [1, 2, 3], false],
    [[1, 2], [1, 2, 3], false],
    [[255], [-1], true],
  ])("sameBytes() of %j and %j is %j", (left, right, same) => {
    expect(isSameBytes(Uint8Array.from(left), Uint8Array.from(right))).toBe(same);
  });

  test("sameBytes() compares what a view shows of its buffer", () => {
    const { buffer } = Uint8Array.from([9, 1, 2, 1, 2, 9]);
    expect(isSameBytes(new Uint8Array(buffer, 1, 2), new Uint8Array(buffer, 3, 2))).toBe(true);
    expect(isSameBytes(new Uint8Array(buffer, 0, 2), new Uint8Array(buffer, 3, 2))).toBe(false);
    expect(isSameBytes(Buffer.from([1, 2]), Uint8Array.from([1, 2]))).toBe(true);
  });

  test("sameBytes() notices every changed byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, bits) => {
          const index = at % bytes.length;
          const changed = bytes.map((byte, position) => (position === index ? byte ^ bits : byte));
          expect(isSameBytes(bytes, bytes)).toBe(true);
          expect(isSameBytes(bytes, bytes.slice())).toBe(true);
          expect(isSameBytes(bytes, changed)).toBe(false);
        },
      ),
    );
  });
});
