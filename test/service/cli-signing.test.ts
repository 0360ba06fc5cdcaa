import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSigningKey } from "../../src/domain/signing/signing-key.ts";
import { type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const SECRET = "QXZJ-0123456789-abcdefghijklmnop";
const KEYS = { VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: `a:${SECRET}` };
const FILE = "views.manifest.json";
const TIME = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/g;

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
const ok = (stdout: string, stderr = ""): MainRun => ({ exitCode: 0, stdout, stderr });
const refused = (stderr: string, stdout = ""): MainRun => ({ exitCode: 1, stdout, stderr });
const usage = (stderr: string): MainRun => ({ exitCode: 2, stdout: "", stderr });

const entry = (keyid: string, key = `${SECRET}${keyid}`) => ({ keyid, alg: "HMAC-SHA256", key });

describe.each(RUNTIMES)("mosaic on $name", (runtime) => {
  const permitted = {
    ...runtime,
    args: [...runtime.args, ...(runtime.name === "deno" ? ["--allow-write"] : [])],
  };
  /** Runs in a folder; times are left out of what it says. */
  const mosaicIn =
    (directory: string) =>
    async (args: readonly string[], env: Readonly<Record<string, string>> = KEYS): Promise<MainRun> => {
      const { exitCode, stdout, stderr } = await runMain(permitted, { args, directory, env });
      const output = `${stdout}${stderr}`;
      // A key is shown by keygen alone.
      expect(args[0] === "keygen" ? "" : output).not.toContain("QXZJ");
      return { exitCode, stdout: stdout.replace(TIME, "TIME"), stderr };
    };
  const mosaic = mosaicIn(PROJECT);

  test("mosaic keygen prints another key every time, with a name or without", async () => {
    const runs = [await mosaic(["keygen"], {}), await mosaic(["keygen"], {})];
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const [first, second] = runs.map(({ stdout }) => stdout);
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    expect(second).not.toBe(first);
    const named = await mosaic(["keygen", "--keyid", "2026-a"], {});
    expect(named.stdout).toMatch(/^2026-a:[A-Za-z0-9_-]{43}\n$/);
    expect(parseSigningKey(named.stdout.trim())?.keyid).toBe("2026-a");
  });

  test("mosaic keygen prints an entry of a keyring", async () => {
    const { keyid, alg, key } = JSON.parse((await mosaic(["keygen", "--format", "json"], {})).stdout);
    expect([alg, keyid]).toEqual(["HMAC-SHA256", parseSigningKey(key)?.keyid]);
    const named = await mosaic(["keygen", "--format=json", "--keyid=b"], {});
    expect(JSON.parse(named.stdout)).toEqual({ keyid: "b", alg, key: expect.stringMatching(/^[\w-]{43}$/) });
  });

  test("mosaic sign writes a manifest that mosaic verify accepts, one generation after another", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "b.yaml": viewYaml("y") });
    const { path } = views;
    expect(await mosaic(["sign", path])).toEqual(ok(`${path}/${FILE}: generation 1, 2 views, signed by a\n`));
    expect(await mosaic(["verify", path])).toEqual(
      ok(`${path}: verified: generation 1 of TIME, 2 views, signed by a\n`),
    );
    await rm(join(path, "b.yaml"));
    expect(await mosaic(["sign"], { ...KEYS, VIEWS_DIR: path })).toEqual(
      ok(`${path}/${FILE}: generation 2, 1 view, signed by a\n`),
    );
    expect(await mosaic(["sign", "--generation", "40", path])).toEqual(
      ok(`${path}/${FILE}: generation 40, 1 view, signed by a\n`),
    );
    const sha256 = { VIEWS_SIGNATURE_MODE: "sha256", VIEWS_DIR: path };
    expect(await mosaic(["verify"], sha256)).toEqual(
      ok(`${path}: verified: generation 40 of TIME, 1 view, hashes only, no signature was checked\n`),
    );
  });

  test("mosaic verify names every view that differs from its signed hash", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      "b.yaml": viewYaml("y"),
      "c.yaml": viewYaml("z"),
    });
    const { path } = views;
    await mosaic(["sign", path]);
    await writeFile(join(path, "a.yaml"), viewYaml("changed"));
    await rm(join(path, "b.yaml"));
    await writeFile(join(path, "d.yaml"), viewYaml("new"));
    expect(await mosaic(["verify", path])).toEqual(
      refused(
        `${path}: refused: view "a" differs from its signed hash (and 2 more) [signed-view-changed]\n`,
        lines("a: changed since it was signed", "d: not signed", "b: signed, but absent"),
      ),
    );
    const { exitCode, stdout, stderr } = await mosaic(["verify", "--format", "json", path]);
    expect([exitCode, stderr, JSON.parse(stdout)]).toEqual([
      1,
      "",
      {
        status: "refused",
        directory: path,
        mode: "hmac",
        reason: "signed-view-changed",
        detail: 'view "a" differs from its signed hash (and 2 more)',
        changed: ["a"],
        added: ["d"],
        missing: ["b"],
      },
    ]);
  });

  test("mosaic verify says why it refuses", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const { path } = views;
    const verify = (env: Readonly<Record<string, string>> = KEYS) => mosaic(["verify", path], env);
    const because = (text: string) => refused(`${path}: refused: ${text}\n`);
    expect(await verify()).toEqual(
      because("the folder has no manifest; mosaic sign creates one [manifest-missing]"),
    );
    await mosaic(["sign", path]);
    const noKey = "no signature of the manifest is by a known key: it claims to be signed by";
    expect(await verify({ ...KEYS, VIEWS_SIGNATURE_KEY: `a:${SECRET}other` })).toEqual(
      because(`${noKey} "a"; known keys: "a" [signature-invalid]`),
    );
    const manifest = await readFile(join(path, FILE), "utf8");
    await writeFile(join(path, FILE), manifest.replace('"generation": 1', '"generation": 2'));
    expect(await verify()).toEqual(because(`${noKey} "a"; known keys: "a" [signature-invalid]`));
    await writeFile(join(path, FILE), "{}");
    expect(await verify()).toEqual(
      because(
        "the manifest is malformed: it must be an object with the keys signed and signatures [manifest-malformed]",
      ),
    );
    await writeFile(join(path, "b.yaml"), "identifiers: [x]\n");
    expect(await verify()).toEqual(
      because(
        `Cannot load catalog "${path}": 1 view is invalid; mosaic validate shows why [invalid-catalog]`,
      ),
    );
  });

  test("mosaic sign and mosaic verify print JSON for programs", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const { path } = views;
    const run = async (...args: readonly string[]): Promise<unknown> => {
      const { exitCode, stdout, stderr } = await mosaic([...args, "--format", "json", path]);
      return [exitCode, stderr, JSON.parse(stdout)];
    };
    const catalogHash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const signed = { directory: path, generation: 1, createdAt: "TIME", catalogHash, views: 1 };
    expect(await run("sign")).toEqual([
      0,
      "",
      { status: "signed", ...signed, file: `${path}/${FILE}`, keyids: ["a"] },
    ]);
    expect(await run("verify")).toEqual([0, "", { status: "verified", ...signed, mode: "hmac", keyid: "a" }]);
    await writeFile(join(path, "a.yaml"), viewYaml("y"));
    expect(await run("sign", "--generation", "1")).toEqual([
      1,
      "",
      {
        status: "refused",
        directory: path,
        reason: "generation-taken",
        detail: "generation 1 was signed with other views",
      },
    ]);
  });

  test("mosaic sign leaves the manifest alone when it refuses", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const { path } = views;
    await mosaic(["sign", "--generation", "7", path]);
    const before = await readFile(join(path, FILE));
    const because = (text: string) => refused(`${path}: not signed: ${text}\n`);
    expect(await mosaic(["sign", "--generation", "6", path])).toEqual(
      because("generation 6 is lower than that of the existing manifest, 7 [rollback]"),
    );
    expect(await mosaic(["sign", path], { VIEWS_SIGNATURE_MODE: "sha256" })).toEqual(
      because("the existing manifest is signed, but no signing key is configured [present-manifest]"),
    );
    expect(await mosaic(["sign", path], { VIEWS_SIGNATURE_KEY: `b:${SECRET}b` })).toMatchObject({
      exitCode: 1,
    });
    await writeFile(join(path, "b.yaml"), "");
    expect(await mosaic(["sign", path])).toEqual(
      because(
        `Cannot load catalog "${path}": 1 view is invalid; mosaic validate shows why [invalid-catalog]`,
      ),
    );
    expect(await readFile(join(path, FILE))).toEqual(before);
  });

  test("mosaic sign and mosaic verify print in Portuguese", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const { path } = views;
    const env = { ...KEYS, LANG: "pt_BR.UTF-8" };
    expect(await mosaic(["verify", path], env)).toEqual(
      refused(`${path}: recusado: a pasta não tem manifesto; mosaic sign cria um [manifest-missing]\n`),
    );
    expect(await mosaic(["sign", "--lang", "pt", path])).toEqual(
      ok(`${path}/${FILE}: geração 1, 1 view, assinado por a\n`),
    );
    expect(await mosaic(["verify", path], env)).toEqual(
      ok(`${path}: verificado: geração 1 de TIME, 1 view, assinado por a\n`),
    );
    expect(
      (await mosaic(["verify", path], { ...env, VIEWS_SIGNATURE_KEY: `other:${"k".repeat(32)}` })).stderr,
    ).toBe(
      `${path}: recusado: nenhuma assinatura do manifesto é de uma chave conhecida: ele diz ser assinado por "a"; chaves conhecidas: "other" [signature-invalid]\n`,
    );
    await writeFile(join(path, "a.yaml"), viewYaml("changed"));
    expect(await mosaic(["verify", path], env)).toEqual(
      refused(
        `${path}: recusado: uma view difere do seu hash assinado [signed-view-changed]\n`,
        "a: alterada desde a assinatura\n",
      ),
    );
    expect(await mosaic(["sign", "--generation", "1", path], env)).toEqual(
      refused(`${path}: não assinado: a geração 1 foi assinada com outras views [generation-taken]\n`),
    );
    expect(await mosaic(["sign", "--generation", "0", path], env)).toEqual(
      usage('mosaic: --generation é "0": o esperado é um número inteiro de 1 a 9007199254740991\n'),
    );
    expect(await mosaic(["sign", "--keyid", "b", path], env)).toEqual(
      usage('mosaic: --keyid é "b", que não é o nome de uma chave: as chaves são a\n'),
    );
    expect((await mosaic(["verify", path], { LANG: "pt_BR.UTF-8" })).stderr).toMatch(
      /^mosaic: nenhuma chave de assinatura está configurada: /,
    );
    const other = { ...env, VIEWS_SIGNATURE_KEY: `other:${"k".repeat(32)}` };
    expect((await mosaic(["sign", path], other)).stderr).toBe(
      `${path}: não assinado: o manifesto atual não passa na verificação, e é preciso indicar a geração com --generation: nenhuma assinatura do manifesto é de uma chave conhecida: ele diz ser assinado por "a"; chaves conhecidas: "other" [present-manifest]\n`,
    );
    expect(
      (await mosaic(["sign", path], { LANG: "pt_BR.UTF-8", VIEWS_SIGNATURE_MODE: "sha256" })).stderr,
    ).toBe(
      `${path}: não assinado: o manifesto atual está assinado, mas nenhuma chave de assinatura está configurada [present-manifest]\n`,
    );
    expect((await mosaic(["sign", "--generation", "3", path], env)).exitCode).toBe(0);
    expect((await mosaic(["sign", "--generation", "2", path], env)).stderr).toBe(
      `${path}: não assinado: a geração 2 é menor que a atual, 3 [rollback]\n`,
    );
    const manifest = JSON.parse(await readFile(join(path, FILE), "utf8"));
    const tampered = { ...manifest, signed: { ...manifest.signed, catalogHash: "0".repeat(64) } };
    await writeFile(join(path, FILE), JSON.stringify(tampered));
    expect(
      (await mosaic(["verify", path], { LANG: "pt_BR.UTF-8", VIEWS_SIGNATURE_MODE: "sha256" })).stderr,
    ).toMatch(
      /: recusado: o manifesto assina o hash de catálogo 0{64}, mas o do catálogo é [0-9a-f]{64} \[signed-hash-mismatch\]\n$/,
    );
    await writeFile(join(path, "a.yaml"), "identifiers: [x]\n");
    for (const command of ["sign", "verify"]) {
      expect((await mosaic([command, path], env)).stderr).toContain(
        `: Não é possível carregar o catálogo "${path}": 1 view é inválida; mosaic validate mostra por quê [invalid-catalog]`,
      );
    }
  });

  test("mosaic sign goes through the rotation of a key without a moment in which nothing verifies", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await using secrets = await createViewsDirectory();
    const { path } = views;
    const keyring = async (name: string, ...keyids: readonly string[]) => {
      const file = join(secrets.path, name);
      await writeFile(file, JSON.stringify({ keys: keyids.map((keyid) => entry(keyid)) }), { mode: 0o600 });
      return { VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEYRING: file };
    };
    const [old, both, next] = [
      await keyring("old.json", "old"),
      await keyring("both.json", "next", "old"),
      await keyring("next.json", "next"),
    ];
    const signer = async (env: Readonly<Record<string, string>>) =>
      (await mosaic(["verify", path], env)).stdout.replace(/^.* /, "").trim();
    await mosaic(["sign", path], old);
    expect([await signer(old), await signer(both), await signer(next)]).toEqual(["old", "old", ""]);
    expect((await mosaic(["sign", path], both)).stdout).toContain(
      "generation 2, 1 view, signed by next, old\n",
    );
    expect([await signer(old), await signer(both), await signer(next)]).toEqual(["old", "next", "next"]);
    expect((await mosaic(["sign", "--keyid", "next", path], both)).stdout).toContain("signed by next\n");
    expect([await signer(old), await signer(both), await signer(next)]).toEqual(["", "next", "next"]);
  });

  test("mosaic verify warns of a keyring that others may read", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await using secrets = await createViewsDirectory({ "keys.json": JSON.stringify({ keys: [entry("a")] }) });
    const file = join(secrets.path, "keys.json");
    await chmod(file, 0o644);
    const { exitCode, stderr } = await mosaic(["sign", views.path], { VIEWS_SIGNATURE_KEYRING: file });
    expect([exitCode, stderr]).toEqual([
      0,
      `mosaic: warning: The keyring "${file}" has mode 644: every user may read it; use 600\n`,
    ]);
  });

  test("mosaic sign and mosaic verify tell wrong settings from refusals", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      "keys.json": `{"keys": "${SECRET}"}`,
    });
    const { path } = views;
    const rows: readonly (readonly [
      args: readonly string[],
      env: Readonly<Record<string, string>>,
      stderr: string,
    ])[] = [
      [
        ["verify", path],
        {},
        "mosaic: no signing key is configured: set VIEWS_SIGNATURE_KEY or VIEWS_SIGNATURE_KEYRING, or VIEWS_SIGNATURE_MODE=sha256 to sign without a key\n",
      ],
      [
        ["sign", path],
        { VIEWS_SIGNATURE_KEY: "QXZJ" },
        "Cannot start: 1 setting is wrong\n  VIEWS_SIGNATURE_KEY is set to a value that is not shown: expected 32 to 1024 visible ASCII characters without spaces, optionally after a key id and a colon; mosaic keygen makes one\n",
      ],
      [
        ["verify", path],
        { VIEWS_SIGNATURE_KEYRING: join(path, "keys.json") },
        `Cannot load keyring "${path}/keys.json": "keys" must be a list of 1 to 16 keys\n`,
      ],
      [
        ["sign", path],
        { VIEWS_SIGNATURE_KEYRING: join(path, "none.json") },
        `Cannot load keyring "${path}/none.json": file not found\n`,
      ],
      [
        ["verify", "nowhere"],
        KEYS,
        `Cannot load catalog "nowhere": folder not found: "${resolve("nowhere")}"\n`,
      ],
      [
        ["sign", "nowhere"],
        KEYS,
        `Cannot load catalog "nowhere": folder not found: "${resolve("nowhere")}"\n`,
      ],
      [["verify", "--format", "xml", path], KEYS, 'mosaic: --format is "xml": expected text or json\n'],
      [["sign", "--keyid", "b", path], KEYS, 'mosaic: --keyid is "b", which names no key: the keys are a\n'],
      [
        ["sign", "--generation", "0", path],
        KEYS,
        'mosaic: --generation is "0": expected a whole number from 1 to 9007199254740991\n',
      ],
      [
        ["keygen", "--keyid", "a b"],
        {},
        'mosaic: --keyid is "a b": expected 1 to 64 letters, digits, dots, hyphens or underscores\n',
      ],
    ];
    for (const [args, env, stderr] of rows) expect(await mosaic(args, env)).toEqual(usage(stderr));
  });
});

describe("mosaic on deno without permission", () => {
  test("mosaic sign says that it may not write, and leaves nothing behind", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const { path } = views;
    const [deno] = RUNTIMES.filter(({ name }) => name === "deno");
    if (deno === undefined) throw new Error("there is no Deno to run");
    expect(await runMain(deno, { args: ["sign", path], directory: PROJECT, env: KEYS })).toEqual(
      refused(
        `${path}: not signed: Cannot write "${path}/${FILE}": permission denied [manifest-not-written]\n`,
      ),
    );
  });
});
