import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CATALOG_BYTES_MAX, type CatalogHash, VIEW_BYTES_MAX } from "../../../src/domain/catalog/catalog.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { parseJson } from "../../../src/domain/json/parse-json.ts";
import {
  REJECTION_REASONS,
  type RejectionReason,
  verifyPublished,
} from "../../../src/domain/release/published-catalog.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
import { catalogFrom, publicationOf, readPublication, withTexts } from "../../support/publication.ts";
import { CATALOG, MARKED, sha256, UNMARKED, VIEW_A, VIEW_B } from "./sample-publication.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Reasons that do not depend on the state mark. */
const HEADER_REJECTIONS: readonly (readonly [
  RejectionReason,
  string,
  Readonly<Record<string, string | undefined>>,
])[] = [
  ["missing-hash", "views:hash is absent", { "views:hash": undefined }],
  ["missing-list", "views:list is absent", { "views:list": undefined }],
  ["bad-hash", "views:hash is not a catalog hash", { "views:hash": CATALOG.hash.toUpperCase() }],
  ["bad-list", "views:list is not a list of entities", { "views:list": '["view_a", 1]' }],
  [
    "invalid-entity",
    'views:list names "view b", which is not a valid entity',
    { "views:list": '["view_a", "view b"]' },
  ],
  [
    "invalid-entity",
    'views:list names "ficção", which is not a valid entity',
    { "views:list": '["ficção"]' },
  ],
  [
    "invalid-entity",
    `views:list names "${"x".repeat(128)}", which is not a valid entity`,
    { "views:list": `["${"x".repeat(200)}"]` },
  ],
  // Their keys are keys of the publication itself.
  ...["list", "hash", "loaded"].map(
    (name) =>
      [
        "bad-list",
        "views:list is not a list of entities",
        { "views:list": `["view_a", "${name}", "view b"]` },
      ] as const,
  ),
  ["missing-view", "views:view_b is absent", { "views:view_b": undefined }],
  ["missing-view", "views:view_c is absent", { "views:list": '["view_c", "view_b", "view_a"]' }],
];

/** Of views that nobody checked; the hash would not match either. */
const VIEW_REJECTIONS: readonly (readonly [RejectionReason, string, string])[] = [
  ["bad-json", "views:view_b is not JSON", '{"columns": ["a"], "identifiers": [], "x": NaN}'],
  ["bad-json", "views:view_b is not JSON", '{"columns": ["a"], "identifiers": [], "x": -Infinity}'],
  ["bad-json", "views:view_b is not JSON", '{"columns": ["a"], "identifiers": [], "identifiers": []}'],
  ["bad-json", "views:view_b is not JSON", `\ufeff${VIEW_B}`],
  ["bad-json", "views:view_b is not JSON", "[".repeat(1_000_000)],
  ["bad-json", "views:view_b is not JSON", ""],
  ["invalid-view", "views:view_b is not a JSON object", "[]"],
  ["invalid-view", "views:view_b is not a JSON object", "null"],
  ["invalid-view", 'views:view_b: "columns" is missing', '{"identifiers": []}'],
  [
    "invalid-view",
    'views:view_b: entity is "list", a reserved name of the cache keys',
    '{"entity": "list", "columns": ["a"], "identifiers": []}',
  ],
  [
    "invalid-view",
    "views:view_b has the view of another entity",
    '{"entity": "view_a", "columns": ["a"], "identifiers": []}',
  ],
  [
    "missing-view",
    "views:view_b is larger than 4194304 bytes",
    `{"columns": ["a"], "identifiers": [], "x": "${"x".repeat(4_194_304)}"}`,
  ],
];

describe("verifyPublished() rejections", () => {
  test.each(HEADER_REJECTIONS)("a publication is rejected for %s: %s", (reason, detail, texts) => {
    const rejection = { kind: "rejected", reason, detail };
    expect(readPublication(withTexts(MARKED, texts))).toEqual(rejection);
    expect(readPublication(withTexts(UNMARKED, texts))).toEqual(rejection);
  });

  test.each(VIEW_REJECTIONS)("a view is rejected for %s: %s (%#)", (reason, detail, text) => {
    // What breaks a rule is told from damage: it has the hash that was published.
    const canonical = reason === "invalid-view" ? canonicalText(parseJson(text)) : text;
    const hash = sha256(`{"view_a": ${VIEW_A}, "view_b": ${canonical}}`);
    const state = `{"hash": "${hash}", "version": 1}`;
    const whole = { "views:view_b": text, "views:hash": hash };
    if (reason === "invalid-view") {
      expect(readPublication(withTexts(UNMARKED, whole))).toEqual({ kind: "rejected", reason, detail });
      const stated = { ...whole, "catalog:state": state };
      expect(readPublication(withTexts(MARKED, stated))).toEqual({ kind: "rejected", reason, detail });
      expect(readPublication(withTexts(MARKED, { "views:view_b": text }))).toEqual(mismatch(hash));
      return;
    }
    const texts = { "views:view_b": text };
    expect(readPublication(withTexts(UNMARKED, texts))).toEqual({ kind: "rejected", reason, detail });
    expect(readPublication(withTexts(MARKED, texts))).toEqual({ kind: "rejected", reason, detail });
  });

  test.each(["not json", "not json}", "{not json", "{not json}"])(
    "%s is rejected even under its own hash and mark",
    (text) => {
      const hash = sha256(`{"view_a": ${VIEW_A}, "view_b": ${text}}`);
      const state = `{"hash": "${hash}", "version": 1}`;
      const texts = { "views:view_b": text, "views:hash": hash, "catalog:state": state };
      const detail = "views:view_b is not JSON";
      expect(readPublication(withTexts(MARKED, texts))).toEqual({
        kind: "rejected",
        reason: "bad-json",
        detail,
      });
    },
  );

  test("a view that is not UTF-8 is rejected", () => {
    const [before, after] = VIEW_B.split("ç");
    const bytes = Uint8Array.from([...bytesOf(before ?? ""), 0xc3, ...bytesOf(after ?? "")]);
    const publication = new Map(UNMARKED).set("views:view_b", bytes);
    const detail = "views:view_b is not JSON";
    expect(readPublication(publication)).toEqual({ kind: "rejected", reason: "bad-json", detail });
  });

  test("views of another catalog are rejected, with and without the state mark", () => {
    const texts = { "views:view_b": VIEW_A };
    const rejection = mismatch(sha256(`{"view_a": ${VIEW_A}, "view_b": ${VIEW_A}}`));
    expect(readPublication(withTexts(MARKED, texts))).toEqual(rejection);
    expect(readPublication(withTexts(UNMARKED, texts))).toEqual(rejection);
  });

  test("a list that leaves a view out is rejected", () => {
    const texts = { "views:list": '["view_b"]' };
    expect(readPublication(withTexts(MARKED, texts))).toEqual(mismatch(sha256(`{"view_b": ${VIEW_B}}`)));
  });

  test("verifyPublished() refuses an empty catalog, as its list names nothing", () => {
    const detail = "views:list is not a list of entities";
    expect(readPublication(publicationOf(catalogFrom({})))).toEqual({
      kind: "rejected",
      reason: "bad-list",
      detail,
    });
  });

  test("every reason is tested", () => {
    const tested = [...HEADER_REJECTIONS, ...VIEW_REJECTIONS].map(([reason]) => reason);
    // The mark is read, and its rejection tested, with readHeader().
    expect([...new Set([...tested, "bad-mark", "hash-mismatch"])].sort()).toEqual([...REJECTION_REASONS]);
  });

  test("verifyPublished() takes views that were not read for missing", () => {
    const header = {
      kind: "published",
      hash: CATALOG.hash,
      entities: [...CATALOG.views.keys()],
      isChecked: true,
    } as const;
    const detail = "views:view_a is absent";
    expect(verifyPublished(header, [])).toEqual({ kind: "rejected", reason: "missing-view", detail });
  });

  test("A18: verifyPublished() refuses views that are too large together, read or left out by the cache", () => {
    const entities = Array.from({ length: 49 }, (_, index) => `view_${index}` as Entity);
    const header = { kind: "published", hash: CATALOG.hash, entities, isChecked: true } as const;
    const views = entities.map(() => new Uint8Array(VIEW_BYTES_MAX));
    const refusal = { kind: "rejected", reason: "missing-view" };
    const together = `the views have more than ${CATALOG_BYTES_MAX} bytes in total`;
    expect(verifyPublished(header, views)).toEqual({ ...refusal, detail: together });
    const detail = `views:view_48 is absent, or ${together}`;
    expect(verifyPublished(header, views.slice(0, 48))).toEqual({ ...refusal, detail });
    expect(verifyPublished(header, views.slice(0, 47))).toEqual({
      ...refusal,
      detail: "views:view_47 is absent",
    });
  });

  test("A18: verifyPublished() refuses what could not be read back once it is published as canonical JSON", () => {
    // Canonical JSON has four spaces more.
    const shell = '{"columns":["a"],"identifiers":["a"],"x":""}';
    const stored = shell.replace('""', `"${"x".repeat(VIEW_BYTES_MAX - shell.length)}"`);
    const hash = sha256(`{"view_a": ${canonicalText(parseJson(stored))}}`) as CatalogHash;
    const header = { kind: "published", hash, entities: ["view_a" as Entity], isChecked: false } as const;
    expect(verifyPublished(header, [new TextEncoder().encode(stored)])).toEqual({
      kind: "rejected",
      reason: "invalid-view",
      detail: "views:view_a has more than 4194304 bytes of canonical JSON",
    });
  });

  test("A18: verifyPublished() refuses views that are too large together as canonical JSON alone", () => {
    const entities = Array.from(
      { length: 49 },
      (_, index) => `view_${String(index).padStart(2, "0")}` as Entity,
    );
    const shell = '{"columns":["a"],"identifiers":["a"],"x":""}';
    const text = "x".repeat(Math.floor(CATALOG_BYTES_MAX / entities.length) - shell.length);
    const stored = shell.replace('""', `"${text}"`);
    const canonical = Buffer.from(canonicalText(parseJson(stored)));
    const hashing = createHash("sha256");
    for (const [index, entity] of entities.entries())
      hashing.update(`${index === 0 ? "{" : ", "}"${entity}": `).update(canonical);
    const hash = hashing.update("}").digest("hex") as CatalogHash;
    const header = { kind: "published", hash, entities, isChecked: false } as const;
    const bytes = new TextEncoder().encode(stored);
    expect(bytes.byteLength * entities.length).toBeLessThanOrEqual(CATALOG_BYTES_MAX);
    expect(
      verifyPublished(
        header,
        entities.map(() => bytes),
      ),
    ).toEqual({
      kind: "rejected",
      reason: "invalid-view",
      detail: `the views have more than ${CATALOG_BYTES_MAX} bytes in total, as canonical JSON`,
    });
  });
});

function mismatch(hash: string) {
  const detail = `the hash of the views is ${hash}, not ${CATALOG.hash}`;
  return { kind: "rejected", reason: "hash-mismatch", detail };
}
