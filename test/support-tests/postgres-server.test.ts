import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm, watch } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forwardStderr } from "../support/forward-stderr.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

describe("a PostgreSQL server", () => {
  let postgres: PostgresServer;
  beforeEach(async () => {
    postgres = await startPostgres();
  });
  afterEach(() => postgres.stop());

  test("sql() gives the rows of the last statement", async () => {
    expect(await postgres.sql("SELECT 1 AS one; SELECT 2 AS two, 'é' AS text")).toEqual([
      { two: 2, text: "é" },
    ]);
    expect(await postgres.sql("SELECT 3 AS three")).toEqual([{ three: 3 }]);
    await expect(postgres.sql("SELECT 1 FROM nowhere")).rejects.toMatchObject({ code: "42P01" });
  });

  test("pid is that of the postmaster", async () => {
    const [row] = await postgres.sql("SELECT pg_read_file('postmaster.pid') AS file");
    expect(String(row?.file).split("\n")[0]).toBe(String(postgres.pid));
  });

  test("freeze() leaves a new and an old connection unanswered until thaw()", async () => {
    const other = await startPostgres();
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    postgres.freeze();
    const answered: string[] = [];
    const old = client.query("SELECT 1").then(() => answered.push("old"));
    const fresh = postgres.sql("SELECT 1").then(() => answered.push("new"));
    for (let count = 0; count < 20; count += 1) await other.sql("SELECT 1");
    expect(answered).toEqual([]);
    postgres.thaw();
    await Promise.all([old, fresh]);
    expect(answered.toSorted()).toEqual(["new", "old"]);
    await client.end();
    await other.stop();
  });

  test("freeze() works again after thaw(), and harms no backend", async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    for (let count = 0; count < 10; count += 1) {
      postgres.freeze();
      postgres.freeze();
      postgres.thaw();
      postgres.thaw();
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    }
    await client.end();
  });

  test.each(["running", "frozen"])("kill() ends a %s server and its backends", async (state) => {
    const client = new pg.Client({ connectionString: postgres.url });
    const broke = once(client, "error");
    await client.connect();
    const { pid } = postgres;
    if (state === "frozen") postgres.freeze();
    await postgres.kill();
    await broke;
    expect(isAlive(pid)).toBe(false);
    await expect(postgres.sql("SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test.each(["running", "frozen", "killed"])("restart() keeps the data of a %s server", async (state) => {
    await postgres.sql("CREATE TABLE kept AS SELECT 1 AS one");
    const { pid, port } = postgres;
    if (state === "frozen") postgres.freeze();
    if (state === "killed") await postgres.kill();
    await postgres.restart();
    expect(await postgres.sql("SELECT * FROM kept")).toEqual([{ one: 1 }]);
    expect(postgres.port).toBe(port);
    expect(postgres.pid).not.toBe(pid);
  });

  test("stop() may be repeated, and then nothing restarts", async () => {
    const { pid } = postgres;
    await postgres.stop();
    await postgres.stop();
    expect(isAlive(pid)).toBe(false);
    await expect(postgres.restart()).rejects.toThrow("Cannot restart PostgreSQL: it was stopped");
  });
});

describe("startPostgres()", () => {
  test("startPostgres() starts servers that share nothing", async () => {
    await using one = await startPostgres();
    await using other = await startPostgres();
    await one.sql("CREATE TABLE mine ()");
    await expect(other.sql("SELECT FROM mine")).rejects.toMatchObject({ code: "42P01" });
  });

  test("startPostgres() asks for the password when told to", async () => {
    await using postgres = await startPostgres({ auth: "password" });
    expect(await postgres.sql("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    const wrong = new URL(postgres.url);
    wrong.password = "wrong";
    const refused = new pg.Client({ connectionString: wrong.href });
    await expect(refused.connect()).rejects.toMatchObject({ code: "28P01" });
  });

  test("startPostgres() takes further arguments", async () => {
    await using postgres = await startPostgres({ args: ["-c", "max_connections=7"] });
    expect(await postgres.sql("SHOW max_connections")).toEqual([{ max_connections: "7" }]);
  });

  test("startPostgres() says what the server printed when it does not start", async () => {
    await expect(startPostgres({ args: ["-c", "max_connections=many"] })).rejects.toThrow(
      /^Cannot start PostgreSQL: it ended at once; its last output:\n[\s\S]*max_connections/,
    );
  });
});

describe("when the process that started it ends", () => {
  let temporaryFolder: string;
  beforeEach(async () => {
    temporaryFolder = await mkdtemp(join(tmpdir(), "mosaic-hold-"));
    await chmod(temporaryFolder, 0o755);
  });
  afterEach(() => rm(temporaryFolder, { recursive: true }));

  const endings: readonly (readonly [string, (holder: ChildProcess) => void, string])[] = [
    ["by SIGKILL", (holder) => signal(holder, "SIGKILL"), "running"],
    ["by SIGKILL", (holder) => signal(holder, "SIGKILL"), "frozen"],
    ["by exit", (holder) => holder.stdin?.write("\n"), "running"],
  ];
  test.each(endings)("%s, a server ends and its files go (%#)", async (_how, end, state) => {
    const script = join(import.meta.dirname, "hold-postgres.ts");
    const holder = spawn(process.execPath, [...("Deno" in globalThis ? ["run", "-A"] : []), script, state], {
      env: { ...process.env, TMPDIR: temporaryFolder },
      stdio: "pipe",
    });
    forwardStderr(holder);
    const [line] = await once(holder.stdout, "data");
    const connection = createConnection(Number(line), "127.0.0.1");
    connection.on("error", () => undefined);
    await once(connection, "connect");
    const closed = new Promise<void>((resolve) => connection.once("close", () => resolve()));
    connection.resume();
    expect((await readdir(temporaryFolder)).length).toBeGreaterThan(0);
    end(holder);
    await closed;
    await untilEmpty(temporaryFolder);
  });
});

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) throw new Error("The child was not spawned");
  process.kill(child.pid, name);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilEmpty(folder: string): Promise<void> {
  const stopWatching = new AbortController();
  const changes = watch(folder, { signal: stopWatching.signal })[Symbol.asyncIterator]();
  // Asked for before the first look: the watch starts only then.
  let nextChange = changes.next();
  while ((await readdir(folder)).length > 0) {
    await nextChange;
    nextChange = changes.next();
  }
  nextChange.catch(() => undefined);
  stopWatching.abort();
}
