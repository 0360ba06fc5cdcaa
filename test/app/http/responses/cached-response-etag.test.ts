import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesEtag } from "../../../../src/app/http/responses/cached-response.ts";

const ETAG = '"abc"';

describe("matchesEtag()", () => {
  test.each([
    ["the ETag itself", '"abc"'],
    ["a weak form of it", 'W/"abc"'],
    ["any representation", "*"],
    ["any representation, with blanks", " *\t"],
    ["blanks around it", ' "abc" '],
    ["first of several", '"abc", "def"'],
    ["last of several", '"x", W/"y", "abc"'],
    ["weak among several", '"x",W/"abc","y"'],
    ["no blanks between", '"x","abc"'],
    ["empty elements between", ', "x",, "abc" ,'],
    ["behind one that holds a comma", '"a,b", "abc"'],
    ["behind an empty one", '"", "abc"'],
    ["behind one with other characters", '"\u00e9!#\\", "abc"'],
    ["twice", '"abc", "abc"'],
  ])("matchesEtag() finds %s", (_name, header) => {
    expect(matchesEtag(header, ETAG)).toBe(true);
  });

  test.each([
    ["no header", undefined],
    ["an empty header", ""],
    ["another ETag", '"abd"'],
    ["a longer one", '"abcd"'],
    ["one that ends alike", '"xabc"'],
    ["other case", '"ABC"'],
    ["no quotes", "abc"],
    ["single quotes", "'abc'"],
    ["only an opening quote", '"abc'],
    ["only a closing quote", 'abc"'],
    ["it inside another one", '"x,abc,y"'],
    ["blanks inside the quotes", '" abc"'],
    ["a quoted star", '"*"'],
    ["a star among others", '*, "x"'],
    ["two stars", "**"],
  ])("matchesEtag() does not find it in %s", (_name, header) => {
    expect(matchesEtag(header, ETAG)).toBe(false);
  });

  test("matchesEtag() finds an ETag in a list just when it is one of the list", () => {
    const etag = fc
      .string({ unit: fc.constantFrom(..."ab,*W/!#~\u00ff"), maxLength: 3 })
      .map((opaque) => `"${opaque}"`);
    const weak = fc.tuple(fc.constantFrom("", "W/"), etag);
    fc.assert(
      fc.property(fc.array(weak), etag, fc.constantFrom(",", ", ", " ,\t"), (listed, wanted, separator) => {
        const header = listed.map(([prefix, tag]) => prefix + tag).join(separator);
        expect(matchesEtag(header, wanted)).toBe(listed.some(([, tag]) => tag === wanted));
      }),
      { numRuns: 1000 },
    );
  });

  test("matchesEtag() reads a long header in time that grows with its length", () => {
    const header = `${'W/"'.repeat(100_000)}${'"x", '.repeat(100_000)}`;
    expect(matchesEtag(header, ETAG)).toBe(false);
    expect(matchesEtag(`${header}"abc"`, ETAG)).toBe(true);
  });
});
