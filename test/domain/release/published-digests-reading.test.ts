import { describe, expect, test } from "vitest";
import { readDigestIndex, readDigestPage } from "../../../src/domain/release/published-digests.ts";
import { hashBytes } from "../../../src/domain/signing/manifest.ts";
import { sha256 } from "./sample-publication.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("readDigestIndex()", () => {
  const hash = "0".repeat(64);
  const digest = "1".repeat(64);
  const read = (text: string): unknown => readDigestIndex(encode(text), hash);
  const indexWith = (members: string): unknown => read(`{"hash": "${hash}", ${members}}`);

  test("readDigestIndex() reads the digests of the pages", () => {
    expect(indexWith(`"pages": ["${digest}", "${hash}"], "version": 1`)).toEqual([digest, hash]);
    expect(indexWith('"pages": [], "version": 1')).toEqual([]);
  });

  test.each([
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["a text", '"x"'],
    ["no hash", `{"pages": ["${digest}"], "version": 1}`],
    ["another hash", `{"hash": "${digest}", "pages": ["${digest}"], "version": 1}`],
    ["no version", `{"hash": "${hash}", "pages": ["${digest}"]}`],
    ["another version", `{"hash": "${hash}", "pages": ["${digest}"], "version": 2}`],
    ["a version that is a fraction", `{"hash": "${hash}", "pages": ["${digest}"], "version": 1.0}`],
    ["no pages", `{"hash": "${hash}", "version": 1}`],
    ["pages that are no list", `{"hash": "${hash}", "pages": {"length": 1}, "version": 1}`],
    ["a digest in capitals", `{"hash": "${hash}", "pages": ["${"A".repeat(64)}"], "version": 1}`],
    ["a digest that is too short", `{"hash": "${hash}", "pages": ["1"], "version": 1}`],
    ["a digest that is a number", `{"hash": "${hash}", "pages": [${digest}], "version": 1}`],
    ["one digest that is no digest", `{"hash": "${hash}", "pages": ["${digest}", ""], "version": 1}`],
  ])("readDigestIndex() does not read %s", (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  test("readDigestIndex() does not read what is absent", () => {
    expect(readDigestIndex(undefined, hash)).toBeUndefined();
  });
});

describe("readDigestPage()", () => {
  const digest = "1".repeat(64);
  const read = (text: string): unknown => readDigestPage(encode(text), sha256(text));

  test("readDigestPage() reads the digests of the views", () => {
    expect(read(`{"view_a": "${digest}"}`)).toEqual(new Map([["view_a", digest]]));
    expect(read("{}")).toEqual(new Map());
  });

  test.each([
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["a key that is no entity", `{"View A": "${digest}"}`],
    ["a digest that is no digest", '{"view_a": "1"}'],
    ["a digest that is a number", '{"view_a": 1}'],
    ["one key that is no entity", `{"view_a": "${digest}", "": "${digest}"}`],
  ])("readDigestPage() does not read %s", (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  test("readDigestPage() does not read a page with another digest, or an absent one", () => {
    const page = encode(`{"view_a": "${digest}"}`);
    expect(readDigestPage(page, hashBytes(page))).toBeDefined();
    expect(readDigestPage(page, digest)).toBeUndefined();
    expect(readDigestPage(undefined, digest)).toBeUndefined();
  });
});
