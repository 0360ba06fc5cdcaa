import type { CatalogSourcePort } from "../ports/catalog-source-port.ts";
import {
  type CatalogSourceCase,
  catalogSourceCase,
  expectAborted,
  invalid,
  loaded,
  toComparable,
  view,
  viewText,
} from "./catalog-source-case.ts";
import { expect } from "./expect.ts";

async function peekText(source: CatalogSourcePort): Promise<string | undefined> {
  const bytes = await source.readManifest();
  return bytes && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Nothing that a manifest would be, so that nothing but its bytes can be given back. */
const ODD_MANIFEST = '\ufeff{"signed" :\r\n {}, "signed": 1.0}\n\n';
const X_VIEW = [["a", viewText("x")]] as const;

/** What a source promises of the manifest beside its views. */
export const manifestCases: readonly CatalogSourceCase[] = [
  catalogSourceCase(
    "gives the manifest byte for byte, whatever it is",
    { "a.yaml": view("x"), "views.manifest.json": ODD_MANIFEST },
    async ({ load }) => {
      expect([await load(), await load()]).toEqual([
        loaded(X_VIEW, [], ODD_MANIFEST),
        loaded(X_VIEW, [], ODD_MANIFEST),
      ]);
    },
  ),
  catalogSourceCase(
    "sees a manifest come, change and go while its views stay",
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
    "takes a manifest for no view and no view for a manifest",
    { "views.manifest.json": view("x"), "views.manifest.yaml": `entity: b\n${view("x")}` },
    async ({ load, replace }) => {
      const own = '{"columns": ["x"], "entity": "b", "identifiers": ["x"]}';
      expect(await load()).toEqual(loaded([["b", own]], [], view("x")));
      await replace({ "views.manifest.yaml": `entity: b\n${view("x")}` });
      expect(await load()).toEqual(loaded([["b", own]]));
    },
  ),
  catalogSourceCase(
    "shows the manifest alone as it would load it, and as it is now",
    { "a.yaml": view("x"), "views.manifest.json": "\ufeff{}" },
    async ({ source, replace }) => {
      expect(await peekText(source)).toBe("\ufeff{}");
      await replace({ "a.yaml": view("x"), "views.manifest.json": "[2]" });
      expect(await peekText(source)).toBe("[2]");
      await replace({ "a.yaml": view("x"), "views.manifest.json": "" });
      expect(await peekText(source)).toBe("");
      await replace({ "a.yaml": view("x"), "sub/views.manifest.json": "{}" });
      expect(await peekText(source)).toBe(undefined);
      await replace({ "a.yaml": view("x"), "views.manifest.json": "x".repeat(16 * 1024 * 1024 + 1) });
      expect(await peekText(source)).toBe(undefined);
    },
  ),
  catalogSourceCase(
    "shows the manifest of views that are wrong, and to nobody who gave up",
    { "a.yaml": "columns: [", "views.manifest.json": "{}" },
    async ({ source }) => {
      expect(await peekText(source)).toBe("{}");
      const signal = AbortSignal.abort(new Error("gave up"));
      const failure = await source.readManifest({ signal }).catch((error: unknown) => error);
      expectAborted(failure, signal.reason);
    },
  ),
  catalogSourceCase(
    "leaves earlier manifests as they were",
    { "a.yaml": view("x"), "views.manifest.json": "[1]" },
    async (opened) => {
      const earlier = await opened.source.load();
      await opened.replace({ "a.yaml": view("x"), "views.manifest.json": "[2]" });
      await opened.load();
      expect(toComparable(earlier, opened.source)).toEqual(loaded(X_VIEW, [], "[1]"));
    },
  ),
  catalogSourceCase(
    "refuses a manifest beyond 16 MiB and nothing below",
    { "a.yaml": view("x"), "views.manifest.json": "x".repeat(16 * 1024 * 1024 + 1) },
    async ({ load, replace }) => {
      expect(await load()).toEqual(
        invalid(
          "views.manifest.json:1:1: error: the manifest is larger than 16777216 bytes; sign the catalog again [file-size]",
        ),
      );
      const largest = "x".repeat(16 * 1024 * 1024);
      await replace({ "a.yaml": view("x"), "views.manifest.json": largest });
      // Compared in one step: a difference of this length is not worth showing.
      expect(JSON.stringify(await load()) === JSON.stringify(loaded(X_VIEW, [], largest))).toBe(true);
    },
  ),
];
