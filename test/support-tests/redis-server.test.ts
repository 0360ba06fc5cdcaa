import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, watch } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forwardStderr } from "../support/forward-stderr.ts";
import { freePort } from "../support/free-port.ts";
import { listenLoopback } from "../support/listen-loopback.ts";
import { RespError } from "../support/read-resp.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

describe("a Redis server", () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.stop());

  test("command() parses each kind of reply", async () => {
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}/0`);
    expect(await redis.command("SET", "key", "é\r\n")).toBe("OK");
    expect(await redis.command("GET", "key")).toBe("é\r\n");
    expect(await redis.command("GET", "absent")).toBeNull();
    expect(await redis.command("INCR", "count")).toBe(1);
    expect(await redis.command("MGET", "count", "absent")).toEqual(["1", null]);
    await expect(redis.command("INCR", "key")).rejects.toBeInstanceOf(RespError);
  });

  test("pid is that of redis-server", async () => {
    expect(await redis.command("INFO", "server")).toContain(`\r\nprocess_id:${redis.pid}\r\n`);
  });

  test("freeze() leaves a command unanswered until thaw()", async () => {
    const other = await startRedis();
    redis.freeze();
    let isAnswered = false;
    const ping = redis.command("PING").then((reply) => {
      isAnswered = true;
      return reply;
    });
    for (let count = 0; count < 50; count += 1) await other.command("PING");
    expect(isAnswered).toBe(false);
    redis.thaw();
    expect(await ping).toBe("PONG");
    await other.stop();
  });

  test("freeze() works again after thaw()", async () => {
    redis.freeze();
    redis.thaw();
    redis.freeze();
    redis.thaw();
    expect(await redis.command("PING")).toBe("PONG");
  });

  test("kill() lets connections be refused", async () => {
    await redis.kill();
    await expect(redis.command("PING")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(isAlive(redis.pid)).toBe(false);
  });

  test.each(["stop", "kill"] as const)("%s() ends a frozen server", async (how) => {
    redis.freeze();
    await redis[how]();
    expect(isAlive(redis.pid)).toBe(false);
  });

  test("stop() ends a frozen server in good order, within its grace", async () => {
    await redis.command("CONFIG", "SET", "save", "3600 1");
    redis.freeze();
    const startMs = performance.now();
    await redis.stop();
    expect(performance.now() - startMs).toBeLessThan(2_500);
  });

  test("stop() may be repeated, after kill() too", async () => {
    await redis.kill();
    await redis.stop();
    await redis.stop();
    await expect(redis.command("PING")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("restart() starts empty, on the same port", async () => {
    await redis.command("SET", "key", "value");
    const { pid, port } = redis;
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
    expect(await redis.command("GET", "key")).toBeNull();
  });

  test("restart({ keepData: true }) starts with what it held", async () => {
    await redis.command("SET", "key", "value");
    await redis.restart({ keepData: true });
    expect(await redis.command("GET", "key")).toBe("value");
    await redis.restart({ keepData: false });
    expect(await redis.command("DBSIZE")).toBe(0);
    await redis.restart({ keepData: true });
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("restart() works on a frozen, a killed and a stopped server", async () => {
    redis.freeze();
    await redis.restart({ keepData: true });
    await redis.kill();
    await redis.restart();
    await redis.stop();
    await redis.restart({ keepData: true });
    expect(await redis.command("PING")).toBe("PONG");
  });
});

test("startRedis() takes arguments and a port", async () => {
  const port = await freePort();
  const redis = await startRedis({ port, args: ["--maxmemory", "7mb", "--appendonly", "yes"] });
  expect(redis.port).toBe(port);
  expect(await redis.command("CONFIG", "GET", "maxmemory")).toEqual(["maxmemory", "7340032"]);
  await redis.command("SET", "key", "value");
  await redis.kill();
  await redis.restart({ keepData: true });
  expect(await redis.command("GET", "key")).toBe("value");
  await redis[Symbol.asyncDispose]();
});

test("startRedis() shows the server's last output when it cannot start", async () => {
  await expect(startRedis({ args: ["--no-such-option", "1"] })).rejects.toThrow("no-such-option");
});

test("startRedis() does not take another server on the port for its own", async () => {
  const redis = await startRedis();
  await expect(startRedis({ port: redis.port })).rejects.toThrow(`port ${redis.port} is taken`);
  await redis.stop();

  const stranger = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n"));
  const port = await listenLoopback(stranger);
  await expect(startRedis({ port })).rejects.toThrow(`port ${port} is taken`);
  stranger.close();
});

test("startRedis() takes another port when it loses the race for one", async () => {
  const first = await startRedis();
  const ports = [first.port, await freePort()];
  const second = await startRedis({ choosePort: async () => ports.shift() ?? 0 });
  expect(second.port).not.toBe(first.port);
  expect(ports).toEqual([]);
  await Promise.all([first.stop(), second.stop()]);
});

test("startRedis() may be called many times at once", async () => {
  const servers = await Promise.all(Array.from({ length: 8 }, () => startRedis()));
  expect(new Set(servers.map((server) => server.port)).size).toBe(8);
  await Promise.all(servers.map((server) => server.kill()));
  await Promise.all(servers.map((server) => server.stop()));
});

describe("when the process that started a Redis ends", () => {
  let temporaryFolder: string;
  beforeEach(async () => {
    temporaryFolder = await mkdtemp(join(tmpdir(), "mosaic-hold-"));
  });
  afterEach(() => rm(temporaryFolder, { recursive: true }));

  const endings: readonly (readonly [how: string, end: (holder: ChildProcess) => void, state: string])[] = [
    ["by SIGKILL", (holder) => signal(holder, "SIGKILL"), "running"],
    ["by SIGKILL", (holder) => signal(holder, "SIGKILL"), "frozen"],
    ["by SIGTERM", (holder) => signal(holder, "SIGTERM"), "running"],
    ["by exit", (holder) => holder.stdin?.write("\n"), "running"],
    ["by exit", (holder) => holder.stdin?.write("\n"), "frozen"],
  ];
  test.each(endings)("%s, a server ends and its files go (%#)", async (_how, end, state) => {
    const script = join(import.meta.dirname, "hold-redis.ts");
    const holder = spawn(process.execPath, [...("Deno" in globalThis ? ["run", "-A"] : []), script, state], {
      env: { ...process.env, TMPDIR: temporaryFolder },
      stdio: "pipe",
    });
    forwardStderr(holder);
    const [line] = await once(holder.stdout, "data");
    const redis = createConnection(Number(line), "127.0.0.1");
    // A server that is killed while frozen resets the connection it never accepted.
    redis.on("error", () => undefined);
    await once(redis, "connect");
    const closed = new Promise<void>((resolve) => redis.once("close", () => resolve()));
    redis.resume();
    expect(await readdir(temporaryFolder)).toHaveLength(1);
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
