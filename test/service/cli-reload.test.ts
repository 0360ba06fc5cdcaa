import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { type MainOptions, type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

describe.each(RUNTIMES)("mosaic reload on $name", (runtime) => {
  const reload = (args: readonly string[], env: MainOptions["env"] = { ADMIN_TOKEN }): Promise<MainRun> =>
    runMain(runtime, { args: ["reload", ...args], directory: ".", env: env ?? {} });

  test("mosaic reload prints what changed, warnings (A14), or what is wrong with file and line", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "b.yaml": viewYaml("x") });
    await using service = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const hash = async () => (await runMain(runtime, { args: ["hash", views.path], directory: "." })).stdout;

    await views.replace({ "a.yaml": viewYaml("x", "y"), "c.yaml": viewYaml("x") });
    const preview = await reload(["--dry-run", service.url]);
    expect(preview).toEqual({
      exitCode: 0,
      stdout: `+ c\n- b\n~ a\nwould be reloaded: 2 views, ${await hash()}`,
      stderr: "",
    });
    const changed = await reload([service.url]);
    expect([changed.exitCode, changed.stderr]).toEqual([0, ""]);
    expect(changed.stdout).toBe(`+ c\n- b\n~ a\nreloaded: 2 views, ${await hash()}`);

    const again = await reload(["--format", "json"], { ADMIN_TOKEN, PORT: new URL(service.url).port });
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "ok", items: 2, published: true });
    expect((await reload([service.url])).stdout).toBe(`no view changed: 2 views, ${await hash()}`);

    await views.replace({ "a.yaml": "columns: [x]\nidentifiers: [x]\nask:\n  keywords: [no]\n" });
    const warned = await reload([service.url]);
    const lines = warned.stdout.split("\n");
    expect([warned.exitCode, warned.stderr, lines[0]]).toEqual([
      0,
      "",
      expect.stringContaining(`${views.path}/a.yaml:4:14: warning: `),
    ]);
    expect(lines.slice(1, 3)).toEqual(["- c", "~ a"]);

    await views.replace({ "a.yaml": "columns: [x]\n" });
    expect(await reload([service.url])).toEqual({
      exitCode: 1,
      stdout: `${views.path}/a.yaml:1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]\n`,
      stderr: `mosaic: not reloaded: Cannot load catalog "${views.path}": 1 view is invalid [catalog_invalid]\n`,
    });
    expect((await reload(["--dry-run", service.url])).stderr).toMatch(
      /^mosaic: a reload would fail: .* is invalid /,
    );
    const json = await reload(["--format", "json", service.url]);
    expect([json.exitCode, json.stderr, JSON.parse(json.stdout).code]).toEqual([1, "", "catalog_invalid"]);

    await views.remove();
    const gone = await reload([service.url]);
    expect([gone.exitCode, gone.stdout]).toEqual([1, ""]);
    expect(gone.stderr).toMatch(/^mosaic: not reloaded: .*folder not found \[catalog_unreadable\]\n$/);

    const stranger = await reload([service.url], { ADMIN_TOKEN: "of-another-service" });
    expect([stranger.exitCode, stranger.stderr]).toEqual([
      1,
      `mosaic: ${service.url} rejected ADMIN_TOKEN: set it to the token of that service\n`,
    ]);
  });

  test("mosaic reload prints in Portuguese with --lang pt and in a Portuguese locale", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "b.yaml": viewYaml("x") });
    await using service = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const hash = async () => (await runMain(runtime, { args: ["hash", views.path], directory: "." })).stdout;
    const inLocale = { ADMIN_TOKEN, LANG: "pt_BR.UTF-8" };

    await views.replace({ "a.yaml": viewYaml("x", "y") });
    expect((await reload(["--lang", "en", "--dry-run", service.url], inLocale)).stdout).toBe(
      `- b\n~ a\nwould be reloaded: 1 view, ${await hash()}`,
    );
    expect((await reload(["--lang", "pt", "--dry-run", service.url])).stdout).toBe(
      `- b\n~ a\nseria recarregado: 1 view, ${await hash()}`,
    );
    expect((await reload([service.url], inLocale)).stdout).toBe(
      `- b\n~ a\nrecarregado: 1 view, ${await hash()}`,
    );
    expect((await reload([service.url], inLocale)).stdout).toBe(
      `nenhuma view mudou: 1 view, ${await hash()}`,
    );

    await views.replace({ "a.yaml": "columns: [x]\n" });
    expect(await reload([service.url], inLocale)).toEqual({
      exitCode: 1,
      stdout: `${views.path}/a.yaml:1:1: erro: falta "identifiers"; acrescente identifiers: [ticker] [field-missing em /identifiers]\n`,
      stderr: "mosaic: não recarregado: o catálogo em disco é inválido [catalog_invalid]\n",
    });
    const { stdout } = await reload(["--format", "json", service.url], inLocale);
    expect(JSON.parse(stdout).diagnostics).toMatchObject([{ message: 'falta "identifiers"' }]);
    await views.remove();
    expect((await reload(["--dry-run", service.url], inLocale)).stderr).toBe(
      `mosaic: uma recarga falharia: não é possível ler o catálogo em disco: Cannot load catalog "${views.path}": folder not found [catalog_unreadable]\n`,
    );
    expect((await reload([service.url], { ...inLocale, ADMIN_TOKEN: "other" })).stderr).toBe(
      `mosaic: ${service.url} recusou ADMIN_TOKEN: o token dele é outro\n`,
    );
    expect(await reload([service.url], { LANG: "pt_BR.UTF-8" })).toMatchObject({
      exitCode: 2,
      stderr: "mosaic: ADMIN_TOKEN não está definida: precisa ser o token do serviço\n",
    });
    expect(await reload(["--lang", "de", service.url])).toMatchObject({
      exitCode: 2,
      stderr: 'mosaic: --lang is "de": expected en or pt\n',
    });
  });

  test("mosaic reload says that nobody answers, and what it needs", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await reload([url])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `mosaic: ${url} cannot be reached\n`,
    });
    expect(await reload([url], {})).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "mosaic: ADMIN_TOKEN is not set: it must be the token of the service\n",
    });
  });
});
