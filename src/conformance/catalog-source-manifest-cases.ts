import type { CatalogSourcePort } from "../ports/catalog-source-port.ts";
import {
  type CatalogSourceCase,
  catalogSourceCase,
  expectAborted,
  invalid,
  loaded,
  toComparable,
  view,
} from "./catalog-source-case.ts";
import { expect } from "./expect.ts";

async function readManifestText(source: CatalogSourcePort): Promise<string | undefined> {
  const bytes = await source.readManifest();
  return bytes && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** A text that a parser and a serializer would not return unchanged. */
const ODD_MANIFEST = '\ufeff{"signed" :\r\n {}, "signed": 1.0}\n\n';
const X_VIEW = { a: "x" };

export const manifestCases: readonly CatalogSourceCase[] = [
  catalogSourceCase(
    "returns the bytes of any manifest unchanged",
    { "a.yaml": view("x"), "views.manifest.json": ODD_MANIFEST },
    async ({ load }) => {
      expect([await load(), await load()]).toEqual([
        loaded(X_VIEW, [], ODD_MANIFEST),
        loaded(X_VIEW, [], ODD_MANIFEST),
      ]);
    },
  ),
  catalogSourceCase(
    "finds a manifest that is added, changed or removed while the views stay the same",
    { "a.yaml": view("x") },
    async ({ load, replace }) => {
      expect(await load()).toEqual(loaded(X_VIEW));
      await replace({ "a.yaml": view("x"), "views.manifest.json": "{}" });
      expect(await load()).toEqual(loaded(X_VIEW, [], "{}"));
      await replace({ "a.yaml": view("x"), "views.manifest.json": "[]" });
      expect(await load()).toEqual(loaded(X_VIEW, [], "[]"));
      await replace({ "a.yaml": view("x") });
      expect(await load()).toEqual(loaded(X_VIEW));
    },
  ),
  catalogSourceCase(
    "distinguishes an empty manifest from an absent one",
    { "a.yaml": view("x"), "views.manifest.json": "" },
    async ({ load }) => {
      expect(await load()).toEqual(loaded(X_VIEW, [], ""));
    },
  ),
  catalogSourceCase(
    "does not confuse the manifest with a view file",
    { "views.manifest.json": view("x"), "views.manifest.yaml": `entity: b\n${view("x")}` },
    async ({ load, replace }) => {
      const own = '{"columns": ["x"], "entity": "b", "identifiers": ["x"]}';
      expect(await load()).toEqual(loaded({ b: own }, [], view("x")));
      await replace({ "views.manifest.yaml": `entity: b\n${view("x")}` });
      expect(await load()).toEqual(loaded({ b: own }));
    },
  ),
  catalogSourceCase(
    "returns the current manifest from readManifest() too",
    { "a.yaml": view("x"), "views.manifest.json": "\ufeff{}" },
    async ({ source, replace }) => {
      expect(await readManifestText(source)).toBe("\ufeff{}");
      await replace({ "a.yaml": view("x"), "views.manifest.json": "[2]" });
      expect(await readManifestText(source)).toBe("[2]");
      await replace({ "a.yaml": view("x"), "views.manifest.json": "" });
      expect(await readManifestText(source)).toBe("");
      await replace({ "a.yaml": view("x"), "sub/views.manifest.json": "{}" });
      expect(await readManifestText(source)).toBe(undefined);
    },
  ),
  catalogSourceCase(
    "returns the manifest of invalid views from readManifest(), unless the signal has fired",
    { "a.yaml": "columns: [", "views.manifest.json": "{}" },
    async ({ source }) => {
      expect(await readManifestText(source)).toBe("{}");
      const signal = AbortSignal.abort(new Error("gave up"));
      await expectAborted(source.readManifest({ signal }), signal.reason);
    },
  ),
  catalogSourceCase(
    "does not change earlier manifests",
    { "a.yaml": view("x"), "views.manifest.json": "[1]" },
    async (opened) => {
      const earlier = await opened.source.load();
      await opened.replace({ "a.yaml": view("x"), "views.manifest.json": "[2]" });
      await opened.load();
      expect(toComparable(earlier, opened.source)).toEqual(loaded(X_VIEW, [], "[1]"));
    },
  ),
  catalogSourceCase(
    "rejects a manifest larger than 16 MiB, and accepts one of 16 MiB",
    { "a.yaml": view("x"), "views.manifest.json": "x".repeat(16 * 1024 * 1024 + 1) },
    async ({ source, load, replace }) => {
      expect(await load()).toEqual(
        invalid(
          "views.manifest.json:1:1: error: the manifest is larger than 16777216 bytes; sign the catalog again [file-size]",
        ),
      );
      expect(await readManifestText(source)).toBe(undefined);
      const largest = "x".repeat(16 * 1024 * 1024);
      await replace({ "a.yaml": view("x"), "views.manifest.json": largest });
      const { manifest, ...views } = (await load()) as ReturnType<typeof loaded>;
      expect(views).toEqual(loaded(X_VIEW));
      // Compared as a boolean, because a message with the difference would be too long.
      expect(manifest === largest).toBe(true);
    },
  ),
];
