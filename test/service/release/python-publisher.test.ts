import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { expectLasting } from "../../support/agreement.ts";
import { locateOnPath } from "../../support/locate-server.ts";
import { publishBesideFleet } from "../../support/python-beside-fleet.ts";
import { runToEnd } from "../../support/run-main.ts";
import { startFleet } from "../../support/running-fleet.ts";
import { RUNTIMES } from "../../support/runtimes.ts";
import { viewYaml } from "../../support/views-directory.ts";

const PUBLICATIONS = 2;
const MANUAL = join(import.meta.dirname, "../../../docs/ops/mixed-fleet.md");

test.concurrent(`none of ${PUBLICATIONS} publications from Python, key by key, is lost while three replicas run and one more starts`, {
  timeout: 180_000,
}, async () => {
  const losses: (string | undefined)[] = [];
  for await (const { loss } of publishBesideFleet(PUBLICATIONS)) losses.push(loss);
  expect(losses).toEqual(Array(PUBLICATIONS).fill(undefined));
});

/** A client with the three methods that the manual's example calls, so that no package has to be installed. */
const CLIENT = `
import socket, sys
class Redis:
    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port))
        self.replies = self.connection.makefile("rb")
    def send(self, *words):
        parts = [str(word).encode() for word in words]
        self.connection.sendall(b"*%d\\r\\n" % len(parts) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(part), part) for part in parts))
        return self.replies.readline().decode().strip()
    def delete(self, key): return self.send("DEL", key)
    def setex(self, key, ttl, value): return self.send("SETEX", key, ttl, value)
    def get(self, key):
        length = int(self.send("GET", key)[1:])
        return self.replies.read(length + 2)[:length].decode()
redis = Redis(int(sys.argv[1]))
`;

const VIEWS = `
publish(redis, {
    "public.view_a": {"identifiers": ["a"], "columns": ["a", "preço"], "weights": {"a": 1.5, "b": 1e22}, "limit": 10},
    "view_b": {"columns": ["b"], "identifiers": ["b"], "none": None, "yes": True},
})
print(redis.get("mosaic:views:hash"))
`;

test.concurrent("the manual's example in Python publishes a catalog that a fleet takes", async () => {
  const manual = await readFile(MANUAL, "utf8");
  const example = /```python\n(.*?)```/s.exec(manual)?.[1] ?? "";
  expect(example).toContain("def publish(redis, catalog");
  const python = await locateOnPath("python3", process.env);
  if (python === undefined)
    throw new Error("python3 is needed: apt-get install python3, or brew install python");
  const [runtime] = RUNTIMES;
  if (runtime === undefined) throw new RangeError("There is no runtime");
  await using fleet = await startFleet({ size: 2, files: { "alpha.yaml": viewYaml("a") }, runtime });
  const run = await runToEnd(python, {
    args: ["-c", `${CLIENT}${example}${VIEWS}`, String(fleet.redis.port)],
    directory: ".",
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  await expectLasting(fleet, run.stdout.trim() as Parameters<typeof expectLasting>[1]);
});
