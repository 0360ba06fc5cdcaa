import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { freePort } from "../support/free-port.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type ServiceProcess, spawnService, startService } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 15_000, interval: 50 };

/** The log says where it listens; without that setting it says nothing beside what the watch says. */
const watching = ({ path }: { readonly path: string }) => ({ VIEWS_DIR: path, LOG_LEVEL: "info" });

async function entities({ url }: ServiceProcess): Promise<readonly string[]> {
  const response = await fetch(`${url}/views`);
  const { items = [] } = (await response.json()) as {
    readonly items?: readonly { readonly entity: string }[];
  };
  return items.map(({ entity }) => entity);
}

describe.each(RUNTIMES)("mosaic serve --watch on $name", (runtime) => {
  test("mosaic serve --watch serves each save, and keeps the last good catalog while one is wrong", async () => {
    await using views = await createViewsDirectory({ "view_a.yaml": viewYaml("x") });
    await using service = await startService({ runtime, args: ["--watch"], env: watching(views) });
    const said = (text: string) => vi.waitFor(() => expect(service.stderr()).toContain(text), WAIT);
    await said(
      `Watching ${views.path}: each saved view is checked, and served on ${service.url}\n${views.path}: 1 view served\n`,
    );

    // As an editor does that writes beside the file and then replaces it.
    await writeFile(join(views.path, ".view_b.yaml.swp"), "columns: [");
    await writeFile(join(views.path, "view_b.yaml~"), viewYaml("y"));
    await rename(join(views.path, "view_b.yaml~"), join(views.path, "view_b.yaml"));
    await said(`${views.path}: 2 views served; added view_b\n`);
    expect(await entities(service)).toEqual(["view_a", "view_b"]);

    await writeFile(join(views.path, "view_b.yaml"), "columns: [y\nidentifiers: [y]\n");
    await said(
      [
        `${views.path}/view_b.yaml:1:10: error: the list in brackets that begins here has no end; ` +
          "add ] where the list ends, and indent all its lines, also the line with the ] [yaml-syntax]",
        "  > 1 | columns: [y",
        "      |          ^",
        "    2 | identifiers: [y]",
        "",
        `Cannot load catalog "${views.path}": 1 view is invalid; the active catalog stays in use`,
        "",
      ].join("\n"),
    );
    expect(await entities(service)).toEqual(["view_a", "view_b"]);

    await writeFile(join(views.path, "view_b.yaml"), `${viewYaml("y")}flag: no\n`);
    await said("view_b.yaml:3:7: warning: YAML 1.1 readers read no as the boolean false;");
    await said(`${views.path}: 2 views served; changed view_b\n`);

    await views.remove();
    await said(`Cannot load catalog "${views.path}": folder not found\n`);
    expect(await entities(service)).toEqual(["view_a", "view_b"]);
    await views.replace({ "view_c.yaml": viewYaml("x") });
    await said(`${views.path}: 1 view served; added view_c; removed view_a, view_b\n`);
    expect(await entities(service)).toEqual(["view_c"]);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });

  test("mosaic serve --watch begins with a folder that is wrong, and serves it once it is right", async () => {
    await using views = await createViewsDirectory({ "view_a.yaml": "columns: [x]\n" });
    await using service = await startService({ runtime, args: ["--watch"], env: watching(views) });
    const said = (text: string) => vi.waitFor(() => expect(service.stderr()).toContain(text), WAIT);
    await said('view_a.yaml:1:1: error: "identifiers" is missing; add identifiers: [ticker]');
    await said(`Cannot load catalog "${views.path}": 1 view is invalid; no catalog is served yet\n`);
    await views.replace({ "view_a.yaml": viewYaml("x") });
    await said(`${views.path}: 1 view served`);
    expect(await entities(service)).toEqual(["view_a"]);
  });

  test("mosaic serve --watch writes Portuguese where the locale is Portuguese, as mosaic validate does", async () => {
    await using views = await createViewsDirectory({ "view_a.yaml": "columns: [x]\n" });
    const env = { ...watching(views), LANG: "pt_BR.UTF-8" };
    await using service = await startService({ runtime, args: ["--watch"], env });
    const said = (text: string) => vi.waitFor(() => expect(service.stderr()).toContain(text), WAIT);
    await said(`Observando ${views.path}: cada view gravada é verificada, e servida em ${service.url}\n`);
    await said('view_a.yaml:1:1: erro: falta "identifiers"');
    await said(
      `Não é possível carregar o catálogo "${views.path}": 1 view é inválida; nenhum catálogo é servido ainda\n`,
    );
    await views.replace({ "view_a.yaml": viewYaml("x") });
    await said(`${views.path}: 1 view servida`);
    // The first catalog may have been loaded by the start, which tries again: then the watch has no change to name.
    await views.replace({ "view_b.yaml": viewYaml("x") });
    await said(`${views.path}: 1 view servida; novas: view_b; removidas: view_a\n`);
    await views.replace({ "view_b.yaml": "columns: [x]\n" });
    await said(`: 1 view é inválida; o catálogo ativo continua em uso\n`);
  });

  test("mosaic serve --watch tells in Portuguese which signature it refuses, and what is served", async () => {
    await using views = await createViewsDirectory({ "view_a.yaml": viewYaml("x") });
    const signature = { VIEWS_SIGNATURE_MODE: "sha256", VIEWS_SIGNATURE_REQUIRED: "true" };
    const redis = { CACHE_BACKEND: "redis", REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
    const env = { ...watching(views), ...signature, ...redis, LANG: "pt_BR.UTF-8" };
    await using service = await startService({ runtime, args: ["--watch"], env });
    const said = (text: string) => vi.waitFor(() => expect(service.stderr()).toContain(text), WAIT);
    await said(
      "mosaic: aviso: cada gravação é publicada no cache compartilhado, e assim em todas as réplicas\n",
    );
    await said(
      `${views.path}: falta o manifesto, que é exigido [manifest-missing]; nenhum catálogo é servido ainda\n`,
    );
  });

  test("mosaic serve --watch logs nothing that the watch says, unless LOG_LEVEL asks for it", async () => {
    await using views = await createViewsDirectory({ "view_a.yaml": "columns: [x]\n" });
    await using service = spawnService({ runtime, args: ["--watch"], env: { VIEWS_DIR: views.path } });
    await vi.waitFor(() => expect(service.stderr()).toContain("1 view is invalid;"), WAIT);
    await views.replace({ "view_a.yaml": viewYaml("x") });
    await vi.waitFor(() => expect(service.stderr()).toContain(": 1 view served"), WAIT);
    expect(service.logs()).toEqual([]);
  });
});
