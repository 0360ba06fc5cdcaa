import { readdir, readFile } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  CONSOLE_FILES,
  CONSOLE_STYLES,
  readConsoleAssets,
} from "../../../../src/app/http/routes/console-routes.ts";

const FOLDER = resolve(import.meta.dirname, "../../../../src/app/console");
const IMPORT = /\bfrom\s*"([^"]+)"|\bimport\s*\(?"([^"]+)"|\bfrom\s*'([^']+)'/g;
const decode = (body: Uint8Array): string => new TextDecoder().decode(body);

/** What a module loads; what its comments name is nothing to a browser. */
function importsOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(IMPORT)].map(([, ...names]) => names.find(Boolean) ?? "");
}

describe("readConsoleAssets()", () => {
  test("has every file of the console that a browser may load, and no other", async () => {
    const names = await readdir(FOLDER, { recursive: true });
    const served = names
      .filter((name) => /\.(?:css|html|js|svg)$/.test(name))
      .map((name) => name.replaceAll("\\", "/"));
    const styles = CONSOLE_STYLES.map((name) => `styles/${name}.css`);
    expect([...CONSOLE_FILES, ...styles].sort()).toEqual(served.sort());
  });

  test("sends the styles as one file, each once and in their order", async () => {
    const sheet = decode(
      (await readConsoleAssets()).get("console.css")?.forms.plain().body ?? new Uint8Array(),
    );
    const parts = await Promise.all(
      CONSOLE_STYLES.map((name) => readFile(join(FOLDER, "styles", `${name}.css`), "utf8")),
    );
    expect(sheet).toBe(parts.join(""));
  });

  test("has everything that its modules import and its page refers to", async () => {
    const assets = await readConsoleAssets();
    const modules = [...assets].filter(([name]) => name.endsWith(".js"));
    expect(modules.length).toBeGreaterThan(20);
    const wanted = modules.flatMap(([name, { forms }]) =>
      importsOf(decode(forms.plain().body)).map((target) => posix.join(posix.dirname(name), target)),
    );
    const page = decode(assets.get("index.html")?.forms.plain().body ?? new Uint8Array());
    const referred = [...page.matchAll(/(?:href|src)="([^"]+)"/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !target.startsWith("data:image/"));
    expect(referred.every((target) => target.startsWith("console/assets/"))).toBe(true);
    wanted.push(...referred.map((target) => target.slice("console/assets/".length)));
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => !assets.has(name))).toEqual([]);
  });

  test("preloads what the console imports, and with each page what that imports", async () => {
    const assets = await readConsoleAssets();
    const textOf = (name: string) => decode(assets.get(name)?.forms.plain().body ?? new Uint8Array());
    const importedBy = (name: string, known = new Set<string>()): ReadonlySet<string> => {
      for (const [, ...names] of textOf(name)
        .replaceAll(/\/\*[\s\S]*?\*\//g, "")
        .matchAll(/\bfrom\s*(?:"([^"]+)"|'([^']+)')/g)) {
        const target = posix.join(posix.dirname(name), names.find(Boolean) ?? "");
        if (known.has(target)) continue;
        known.add(target);
        importedBy(target, known);
      }
      return known;
    };
    const ofMain = importedBy("main.js");
    const preloaded = [
      ...textOf("index.html").matchAll(/rel="modulepreload" href="console\/assets\/([^"]+)"/g),
    ];
    expect(preloaded.map(([, name]) => name).sort()).toEqual([...ofMain].sort());
    const [, table = ""] = /const IMPORTS_BY_PAGE = (.*?)^\}\);$/ms.exec(textOf("main.js")) ?? [];
    const listed = Object.fromEntries(
      table
        .split(/^ {2}(?=\w+:)/m)
        .slice(1)
        .map((entry) => [
          entry.slice(0, entry.indexOf(":")),
          [...entry.matchAll(/"([^"]+\.js)"/g)].map(([, name]) => name).sort(),
        ]),
    );
    const pages = [...assets.keys()].filter((name) => name.endsWith("-page.js"));
    expect(pages.length).toBeGreaterThan(6);
    for (const page of pages) {
      const imported = [...importedBy(page)].filter((name) => !ofMain.has(name)).sort();
      expect([page, listed[page.replace("-page.js", "")] ?? []]).toEqual([page, imported]);
    }
  });

  test("has nothing inline that the policy would refuse, and no address of another host", async () => {
    for (const [name, { forms }] of await readConsoleAssets()) {
      const text = decode(forms.plain().body);
      if (name === "index.html")
        expect(text).not.toMatch(/<style|<script(?! (?:src|type="module" src)=)|\son\w+=|\sstyle=/);
      if (!name.startsWith("lib/"))
        expect(text.replaceAll("http://www.w3.org/", "")).not.toMatch(/https?:\/\//);
      // Set as a property it is the browser's own doing; as an attribute the policy refuses it.
      if (name.endsWith(".js")) expect(text).not.toMatch(/\s(?<!\.)style=["$]/);
    }
  });

  test("tells browsers what each file is, and names its content", async () => {
    const assets = await readConsoleAssets();
    expect(assets.get("main.js")?.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(new Set([...assets.values()].map(({ forms }) => forms.etag)).size).toBe(assets.size);
    expect([...assets.values()].map(({ headers }) => headers["content-type"])).not.toContain(
      "application/octet-stream",
    );
  });

  test("takes lit-html as it is made for browsers", async () => {
    const assets = await readConsoleAssets();
    const own = await readFile(join(FOLDER, "../../../node_modules/lit-html/lit-html.js"), "utf8");
    expect(decode(assets.get("lib/lit-html.js")?.forms.plain().body ?? new Uint8Array())).toBe(own);
  });
});
