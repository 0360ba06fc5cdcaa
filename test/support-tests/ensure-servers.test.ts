import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureServers, type Machine, setup } from "../support/ensure-servers.ts";
import { findServer } from "../support/find-server.ts";
import { locateServer } from "../support/locate-server.ts";
import type { ServerProgram } from "../support/server-programs.ts";

let root: string;
let bin: string;
let printed: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mosaic-ensure-"));
  bin = join(root, "bin");
  printed = [];
});
afterEach(() => rm(root, { recursive: true }));

const oracle: ServerProgram = {
  name: "oracle",
  binaries: ["oracled", "oracle-server"],
  environmentVariable: "TEST_ORACLE",
  folders: [],
  debianPackage: "oracle-db",
  homebrewPackage: "oracle",
};
const seer: ServerProgram = { ...oracle, name: "seer", binaries: ["seer"], debianPackage: "seer-db" };
const missingOracle =
  "oracle is missing: apt-get install oracle-db (Debian) or brew install oracle (macOS), " +
  "or set TEST_ORACLE to its path";

test("setup() and findServer() find what this machine has", async () => {
  await setup();
  expect(await findServer("redis-server")).toMatch(/redis-server$/);
});

test("locateServer() searches PATH, then the folders, newest version first", async () => {
  const program = { ...oracle, folders: [join(root, "lib/*/bin")] };
  expect(await locateServer(program, { PATH: bin })).toBeUndefined();
  const old = await writeProgram("lib/9/bin/oracled");
  expect(await locateServer(program, { PATH: bin })).toBe(old);
  const newest = await writeProgram("lib/15/bin/oracled");
  expect(await locateServer(program, { PATH: bin })).toBe(newest);
  const onPath = await writeProgram("bin/oracle-server");
  expect(await locateServer(program, { PATH: `/nowhere:${bin}` })).toBe(onPath);
});

test("locateServer() takes a full path before any search, if there is a program", async () => {
  const full = join(root, "lib/oracle/oracled");
  const program = { ...oracle, binaries: [full, "oracle-server"] };
  const onPath = await writeProgram("bin/oracle-server");
  expect(await locateServer(program, { PATH: bin })).toBe(onPath);
  await writeProgram("lib/oracle/oracled");
  expect(await locateServer(program, { PATH: bin })).toBe(full);
});

test("locateServer() takes only the program that the variable names", async () => {
  const onPath = await writeProgram("bin/oracled");
  const named = await writeProgram("elsewhere/any-name");
  expect(await locateServer(oracle, { PATH: bin, TEST_ORACLE: named })).toBe(named);
  expect(await locateServer(oracle, { PATH: bin, TEST_ORACLE: "" })).toBe(onPath);
  expect(await locateServer(oracle, { PATH: bin, TEST_ORACLE: join(root, "absent") })).toBeUndefined();
  expect(await locateServer(oracle, { PATH: bin, TEST_ORACLE: root })).toBeUndefined();
  await chmod(named, 0o644);
  expect(await locateServer(oracle, { PATH: bin, TEST_ORACLE: named })).toBeUndefined();
});

test("ensureServers() does nothing when all are present", async () => {
  await writeAptGet("exit 1");
  await writeProgram("bin/oracled");
  await ensureServers([oracle], machine());
  expect(printed).toEqual([]);
});

test("ensureServers() names each missing program in a line of its own", async () => {
  expect(await messageOf(ensureServers([oracle, seer], machine()))).toBe(
    `${missingOracle}\nseer is missing: apt-get install seer-db (Debian) or brew install oracle (macOS), ` +
      "or set TEST_ORACLE to its path",
  );
});

test("ensureServers() says when the variable is wrong, and installs nothing for it", async () => {
  await writeAptGet("exit 0");
  const named = join(root, "absent");
  expect(await messageOf(ensureServers([oracle], machine({ TEST_ORACLE: named })))).toBe(
    `oracle is missing: TEST_ORACLE names "${named}", not an executable file`,
  );
  expect(printed).toEqual([]);
});

test("ensureServers() does not install for a user other than root", async () => {
  await writeAptGet("exit 0");
  const message = await messageOf(ensureServers([oracle], { ...machine(), userId: 1000 }));
  expect(message).toBe(`${missingOracle} (not root, so not installed)`);
  expect(printed).toEqual([]);
});

test("ensureServers() installs, with service starts forbidden meanwhile", async () => {
  await writeAptGet(
    `/bin/sh ${root}/policy-rc.d; echo $? $DEBIAN_FRONTEND >${root}/seen; ${installsOracle()}`,
  );
  await ensureServers([oracle], machine());
  expect(printed).toEqual([installLine]);
  expect(await readFile(join(root, "seen"), "utf8")).toBe("101 noninteractive\n");
  await expect(readFile(join(root, "policy-rc.d"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("ensureServers() keeps a policy of the machine's own", async () => {
  await writeFile(join(root, "policy-rc.d"), "exit 104\n");
  await writeAptGet(installsOracle());
  await ensureServers([oracle], machine());
  expect(await readFile(join(root, "policy-rc.d"), "utf8")).toBe("exit 104\n");
});

test("ensureServers() refreshes the package lists once when an install fails", async () => {
  await writeAptGet(
    `[ $1 = update ] && : >${root}/lists && exit 0; [ -e ${root}/lists ] || exit 100; ${installsOracle()}`,
  );
  await ensureServers([oracle], machine());
  expect(printed).toEqual([installLine, "apt-get update", installLine]);
});

test("ensureServers() says why an install failed", async () => {
  await writeAptGet("[ $1 = update ] || { echo 'W: old' >&2; echo 'E: Unable to locate' >&2; exit 100; }");
  expect(await messageOf(ensureServers([oracle], machine()))).toBe(
    `${missingOracle} (${installLine}: E: Unable to locate)`,
  );
});

test("ensureServers() ends an install that takes too long", async () => {
  await writeAptGet("exec /bin/sleep 60");
  expect(await messageOf(ensureServers([oracle], { ...machine(), installTimeoutMs: 50 }))).toBe(
    `${missingOracle} (no time left for apt-get update)`,
  );
});

const installLine = "apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=240 oracle-db";

function machine(environment: Readonly<Record<string, string>> = {}): Machine {
  return {
    environment: { PATH: bin, ...environment },
    userId: 0,
    policyFile: join(root, "policy-rc.d"),
    installTimeoutMs: 10_000,
    print: (line) => printed.push(line),
  };
}

function installsOracle(): string {
  return `: >${bin}/oracled; /bin/chmod +x ${bin}/oracled`;
}

function writeAptGet(script: string): Promise<string> {
  return writeProgram("bin/apt-get", `#!/bin/sh\n${script}\n`);
}

async function writeProgram(name: string, content = ""): Promise<string> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o755 });
  return path;
}

async function messageOf(outcome: Promise<void>): Promise<string> {
  return outcome.then(
    () => "succeeded",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
