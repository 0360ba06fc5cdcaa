import { randomBytes } from "node:crypto";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CODED_BYTES_MIN,
  type Coding,
  chooseForm,
  createAcceptEncodingReader,
  createPreparedBody,
  findAcceptableTag,
  parseAcceptEncoding,
} from "../../../../src/app/http/responses/representations.ts";

const TEXT = new TextEncoder().encode("cotação e rendimento ".repeat(20_000));
const ALL = parseAcceptEncoding("gzip, zstd");
const NONE = parseAcceptEncoding("identity");
const DECODERS = { gzip: gunzipSync, zstd: zstdDecompressSync };
const DIGEST = "0123456789abcdef";

describe("parseAcceptEncoding()", () => {
  test.each([
    ["", undefined],
    ["identity", undefined],
    ["br, deflate", undefined],
    ["gzip", "gzip"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, deflate, br", "gzip"],
    ["zstd;q=0.5, gzip", "gzip"],
    ["zstd;q=0.5, gzip;q=0.5", "zstd"],
    ["zstd;q=0, gzip;q=0.001", "gzip"],
    ["gzip;q=0", undefined],
    ["gzip;q=0.000", undefined],
    ["gzip ; Q=1.000", "gzip"],
    ["gzip;q=0.5, identity", undefined],
    ["gzip, identity", "gzip"],
    ["gzip;q=0.5, identity;q=0.4", "gzip"],
    ["identity;q=0, gzip;q=0.1", "gzip"],
    ["*", "gzip"],
    ["*;q=0", undefined],
    ["*;q=0.1, zstd;q=0.2", "zstd"],
    ["gzip;q=0, *", undefined],
    ["gzip;q=2", undefined],
    ["gzip;level=9", undefined],
    ["gzip;q=", undefined],
    [", ,gzip,,", "gzip"],
    ["gzip gzip", undefined],
  ])("parseAcceptEncoding() takes from %j the coding %s", (header, coding) => {
    expect(parseAcceptEncoding(header).preferred).toBe(coding);
  });

  test("parseAcceptEncoding() finds out whether the plain bytes are acceptable", () => {
    const plain = (header: string) => parseAcceptEncoding(header).plain;
    expect(["gzip", "identity;q=0.1", "identity", "*"].map(plain)).toEqual([true, true, true, true]);
    expect(["identity;q=0", "*;q=0", "gzip, *;q=0"].map(plain)).toEqual([false, false, false]);
    expect(plain("*;q=0, identity")).toBe(true);
  });

  test("parseAcceptEncoding() reads any text", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(["zstd", "gzip", undefined]).toContain(parseAcceptEncoding(header).preferred);
      }),
    );
  });
});

describe("createAcceptEncodingReader()", () => {
  test("createAcceptEncodingReader() returns the same for a header that was read, and plain without one", () => {
    const read = createAcceptEncodingReader();
    expect(read("gzip")).toBe(read("gzip"));
    expect(read(undefined)).toEqual({ preferred: undefined, codings: [], plain: true });
  });

  test("createAcceptEncodingReader() remembers a bounded number of headers of a bounded length", () => {
    const read = createAcceptEncodingReader();
    for (let index = 0; index < 100; index++) read(`gzip, x-${index}`);
    expect(read("zstd, y")).not.toBe(read("zstd, y"));
    expect(read("gzip, x-0")).toBe(read("gzip, x-0"));
    const long = `gzip${",".repeat(200)}`;
    expect(createAcceptEncodingReader()(long).preferred).toBe("gzip");
  });
});

describe("createPreparedBody()", () => {
  test.each(["gzip", "zstd"] as const)(
    "createPreparedBody() makes the form in %s once, with a tag of its own",
    async (coding) => {
      const page = createPreparedBody(TEXT, '"abc"');
      const asked = await Promise.all([1, 2, 3].map(() => page.coded?.of(coding)));
      const form = page.coded?.of(coding);
      if (form === undefined || form instanceof Promise) throw new Error("The form is not kept");
      expect(new Set([...asked, form]).size).toBe(1);
      expect(new Uint8Array(DECODERS[coding](form.body))).toEqual(TEXT);
      expect(form.etag).toMatch(new RegExp(`^"abc-${coding}-[0-9a-f]{16}"$`));
      expect(form.length).toBe(String(form.body.byteLength));
      expect(form.body.byteLength).toBeLessThan(TEXT.byteLength / 4);
    },
  );

  test("createPreparedBody() has no compressed forms of a small body", () => {
    expect(createPreparedBody(new Uint8Array(CODED_BYTES_MIN - 1), '"a"').coded).toBeUndefined();
    expect(createPreparedBody(new Uint8Array(CODED_BYTES_MIN), '"a"').coded).toBeDefined();
  });

  test("createPreparedBody() sends bytes as they are that do not shrink", async () => {
    const noise = new Uint8Array(randomBytes(40_000));
    const form = await createPreparedBody(noise, '"abc"').coded?.of("gzip");
    expect(form).toMatchObject({ body: noise, etag: '"abc"' });
    expect(form?.coding).toBeUndefined();
  });
});

describe("findAcceptableTag()", () => {
  test.each([
    ['"abc"', ALL, '"abc"'],
    ['W/"abc"', ALL, '"abc"'],
    [`"abc-gzip-${DIGEST}"`, ALL, `"abc-gzip-${DIGEST}"`],
    [`W/"abc-zstd-${DIGEST}"`, ALL, `"abc-zstd-${DIGEST}"`],
    [`"x", "abc-zstd-${DIGEST}"`, ALL, `"abc-zstd-${DIGEST}"`],
    // A shared cache that has the compressed form alone asks for a client that takes the plain one.
    [`"abc-gzip-${DIGEST}"`, NONE, undefined],
    [`"abc-zstd-${DIGEST}", "abc"`, NONE, '"abc"'],
    [`"abc-zstd-${DIGEST}"`, parseAcceptEncoding("gzip"), undefined],
    ['"abc"', parseAcceptEncoding("gzip, identity;q=0"), undefined],
    ['"abc"', parseAcceptEncoding("identity;q=0"), '"abc"'],
    [`"abc-br-${DIGEST}"`, ALL, undefined],
    [`"abd-gzip-${DIGEST}"`, ALL, undefined],
    ['"abc-gzip-0123"', ALL, undefined],
    [`"abc-gzip-${DIGEST}x"`, ALL, undefined],
    ["", ALL, undefined],
  ])("findAcceptableTag() finds in %s", (header, accepted, tag) => {
    expect(findAcceptableTag(header, '"abc"', accepted)).toBe(tag);
  });
});

describe("chooseForm()", () => {
  const page = createPreparedBody(TEXT, '"abc"');

  test.each(["gzip", "zstd", undefined] as const)("chooseForm() chooses the form in %s", async (coding) => {
    const choice = await chooseForm(page, parseAcceptEncoding(coding ?? "br"), undefined);
    expect(choice.kind === "form" && choice.form.coding).toBe(coding);
  });

  test("chooseForm() answers * with the tag of the form that it would send", async () => {
    const choice = await chooseForm(page, ALL, "*");
    expect(choice).toEqual({ kind: "known", etag: (await page.coded?.of("zstd" satisfies Coding))?.etag });
    expect(await chooseForm(page, NONE, "*")).toEqual({ kind: "known", etag: '"abc"' });
  });
});
