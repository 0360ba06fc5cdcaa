import { describe, expect, test } from "vitest";
import { createMemorySource } from "../../../../src/adapters/memory/source.ts";
import type { CommandDeps, ProcessIo } from "../../../../src/app/cli/commands/command.ts";
import { runCli } from "../../../../src/app/cli/run-cli.ts";
import { FileWriteError } from "../../../../src/ports/file-write-error.ts";
import type { ManifestStore } from "../../../../src/ports/manifest-store-port.ts";
import { viewYaml } from "../../../support/views-directory.ts";

const ENV = { VIEWS_SIGNATURE_KEY: "a:0123456789abcdefghijklmnopqrstuvwxyz" };
const never = (): never => {
  throw new Error("Nothing asks for this");
};

/** Runs a command on a folder in memory, at noon of a day in 2026. */
async function mosaic(args: readonly string[], storeManifest: ManifestStore) {
  const said = { stdout: "", stderr: "" };
  const output = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
    terminal: false,
  });
  const io: ProcessIo = { env: ENV, stdout: output("stdout"), stderr: output("stderr"), untilStopped: never };
  const deps: CommandDeps = {
    connectDatabase: never,
    fingerprint: never,
    openSharedCache: never,
    readViewText: never,
    openKeyring: never,
    openSource: (name) => createMemorySource({ "a.yaml": viewYaml("x") }, name),
    startService: never,
    storeManifest,
    loadViewEditor: never,
    viewFiles: { list: never, create: never, replace: never },
    nowMs: () => Date.UTC(2026, 0, 31, 12),
  };
  return { exitCode: await runCli(args, io, async () => deps), ...said };
}

describe("runCli() of sign", () => {
  test("runCli() signs at the time of its clock and stores in the folder that was read", async () => {
    const stored: (readonly [directory: string, manifest: unknown])[] = [];
    const run = await mosaic(["sign", "--generation=5", "elsewhere"], async (directory, bytes) => {
      stored.push([directory, JSON.parse(new TextDecoder().decode(bytes))]);
      return "the manifest";
    });
    expect(run).toEqual({
      exitCode: 0,
      stdout: "the manifest: generation 5, 1 view, signed by a\n",
      stderr: "",
    });
    expect(stored).toMatchObject([
      ["elsewhere", { signed: { generation: 5, createdAt: "2026-01-31T12:00:00.000Z" } }],
    ]);
  });

  test("runCli() says why a manifest could not be stored, as text and as JSON", async () => {
    const fail: ManifestStore = (directory) =>
      Promise.reject(new FileWriteError(`${directory}/m`, "the disk is full"));
    expect(await mosaic(["sign", "d"], fail)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: 'd: not signed: Cannot write "d/m": the disk is full [manifest-not-written]\n',
    });
    expect(await mosaic(["sign", "--format", "json", "d"], fail)).toMatchObject({
      exitCode: 1,
      stdout:
        '{"status":"refused","directory":"d","reason":"manifest-not-written","detail":"Cannot write \\"d/m\\": the disk is full"}\n',
    });
  });

  test("runCli() lets defects through", async () => {
    await expect(mosaic(["sign", "d"], () => Promise.reject(new TypeError("defect")))).rejects.toThrow(
      "defect",
    );
  });
});
