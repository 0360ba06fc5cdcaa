import { execFileSync } from "node:child_process";
import { chmod, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createFilesystemKeyring } from "../../../src/adapters/filesystem/keyring.ts";
import { createViewsDirectory } from "../../support/views-directory.ts";

const SECRET = "QXZJ-0123456789-abcdefghijklmnop";
const keyring = (...keyids: readonly string[]): string =>
  JSON.stringify({ keys: keyids.map((keyid) => ({ keyid, alg: "HMAC-SHA256", key: `${SECRET}${keyid}` })) });

const keyidsOf = async (path: string): Promise<readonly string[]> => {
  const { keys } = await createFilesystemKeyring(path).load();
  return keys.map(({ keyid }) => keyid);
};

/** A keyring's error, as plain data. */
function failureOf(path: string, signal?: AbortSignal): Promise<unknown> {
  const load = createFilesystemKeyring(path).load({ signal });
  return load.then(
    () => "loaded",
    (error: Error & { readonly code: string }) => [error.name, error.code, error.message],
  );
}

describe("createFilesystemKeyring()", () => {
  test("createFilesystemKeyring() reads its file afresh every time", async () => {
    await using folder = await createViewsDirectory({ "keys.json": keyring("a") });
    const path = join(folder.path, "keys.json");
    const opened = createFilesystemKeyring(path);
    expect(opened.name).toBe(path);
    expect((await opened.load()).keys.map(({ keyid }) => keyid)).toEqual(["a"]);
    await writeFile(path, keyring("b", "a"));
    expect((await opened.load()).keys.map(({ keyid }) => keyid)).toEqual(["b", "a"]);
    await writeFile(path, "{");
    await expect(opened.load()).rejects.toMatchObject({ code: "malformed" });
  });

  test("createFilesystemKeyring() follows links, as secrets are mounted", async () => {
    await using folder = await createViewsDirectory({ "..data/keys.json": keyring("a") });
    await symlink("..data/keys.json", join(folder.path, "keys.json"));
    expect(await keyidsOf(join(folder.path, "keys.json"))).toEqual(["a"]);
  });

  test.each([
    [0o600, []],
    [0o640, []],
    [0o644, ["mode 644: every user may read it; use 600"]],
    [0o602, ["mode 602: every user may write it; use 600"]],
    [0o666, ["mode 666: every user may read and write it; use 600"]],
  ])("createFilesystemKeyring() warns of mode %o: %j", async (mode, said) => {
    await using folder = await createViewsDirectory({ "keys.json": keyring("a") });
    const path = join(folder.path, "keys.json");
    await chmod(path, mode);
    const { keys, warnings } = await createFilesystemKeyring(path).load();
    expect(keys).toHaveLength(1);
    expect(warnings).toEqual(said.map((text) => `The keyring "${path}" has ${text}`));
  });

  test("createFilesystemKeyring() says why there are no keys, and shows none", async () => {
    await using folder = await createViewsDirectory({
      "bad.json": `{"keys": "${SECRET}"}`,
      "text.json": SECRET,
      "same.json": keyring("a").replace("]}", `, {"keyid": "a", "alg": "HMAC-SHA256", "key": "${SECRET}"}]}`),
      "sub/x": "",
    });
    execFileSync("mkfifo", [join(folder.path, "pipe")]);
    execFileSync("truncate", ["--size=64G", join(folder.path, "large.json")]);
    await symlink("loop", join(folder.path, "loop"));
    const rows: readonly (readonly [file: string, code: string, detail: string])[] = [
      ["bad.json", "malformed", '"keys" must be a list of 1 to 16 keys'],
      ["text.json", "malformed", "it is not JSON: Expected a JSON value at offset 0"],
      ["same.json", "malformed", 'two different keys are named "a"'],
      ["large.json", "malformed", "it has more than 65536 bytes"],
      ["nowhere", "not-found", "file not found"],
      ["bad.json/x", "not-found", "file not found"],
      ["sub", "unreadable", "it is not a file"],
      ["pipe", "unreadable", "it is not a file"],
      ["loop", "unreadable", "read failed with ELOOP"],
    ];
    for (const [file, code, detail] of rows) {
      const path = join(folder.path, file);
      const message = `Cannot load keyring "${path}": ${detail}`;
      expect(await failureOf(path)).toEqual(["KeyringError", code, message]);
      const error = await createFilesystemKeyring(path)
        .load()
        .catch((reason: unknown) => reason);
      expect(inspect(error, { depth: 9 })).not.toContain("QXZJ");
    }
  });

  test("createFilesystemKeyring() names the absolute path where a relative one leads to no file", async () => {
    const message = `Cannot load keyring "none.json": file not found: "${join(process.cwd(), "none.json")}"`;
    expect(await failureOf("none.json")).toEqual(["KeyringError", "not-found", message]);
  });

  test("createFilesystemKeyring() does not begin for a caller that gave up", async () => {
    const signal = AbortSignal.abort(new Error("gave up"));
    expect(await failureOf("keys.json", signal)).toEqual([
      "KeyringError",
      "aborted",
      'Cannot load keyring "keys.json": aborted by the caller',
    ]);
  });
});
