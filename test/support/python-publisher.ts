import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "../../src/domain/json/json-value.ts";
import { type ForeignWrite, foreignPublication, writeKeys } from "./foreign-publication.ts";
import { forwardStderr } from "./forward-stderr.ts";
import { locateOnPath } from "./locate-server.ts";
import type { RedisServer } from "./redis-server.ts";
import { signalProcess } from "./signal-process.ts";

export interface PythonPublicationOptions {
  readonly redis: Pick<RedisServer, "command" | "port">;
  /** Texts alone, so that JSON writes them in one way. */
  readonly views: Readonly<Record<string, JsonObject>>;
  /** Between two keys. */
  readonly pauseMs: number;
}

/** A publication that a program beside Mosaic makes key by key, and which waits in its middle. */
export interface PythonPublication extends AsyncDisposable {
  /** Resolves when half of the views are written. */
  untilHalf(): Promise<void>;
  /** Lets it write the rest; what it has written then. */
  finish(): Promise<{ readonly hash: string; readonly writes: readonly ForeignWrite[] }>;
}

/**
 * The peer's publisher, in its order and as its client and its JSON library write: SETEX of the list, of each view, of the
 * hash and of the flag. Prints each key and its value; waits for a line after half of the views.
 */
const PYTHON = `
import hashlib, json, socket, sys, time
given = json.loads(sys.stdin.readline())
connection = socket.create_connection(("127.0.0.1", given["port"]))
replies = connection.makefile("rb")
def setex(key, value):
    words = [word.encode("utf-8") for word in ("SETEX", "mosaic:" + key, "86400", value)]
    connection.sendall(b"*%d\\r\\n" % len(words) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(word), word) for word in words))
    reply = replies.readline()
    if reply != b"+OK\\r\\n":
        raise SystemExit(reply.decode())
    print(json.dumps({"key": "mosaic:" + key, "value": value}))
    time.sleep(given["pauseMs"] / 1000)
catalog = given["views"]
blob = json.dumps(catalog, sort_keys=True, ensure_ascii=False)
setex("views:list", json.dumps(list(catalog)))
for index, (entity, view) in enumerate(catalog.items()):
    setex("views:" + entity, json.dumps(view, ensure_ascii=False))
    if index == len(catalog) // 2:
        print("half", flush=True)
        sys.stdin.readline()
setex("views:hash", hashlib.sha256(blob.encode("utf-8")).hexdigest())
setex("views:loaded", "1")
`;

/** Begins a publication with the real Python where there is one, else with its transcription. */
export async function publishWithPython(options: PythonPublicationOptions): Promise<PythonPublication> {
  const program = await locateOnPath("python3", process.env);
  return program === undefined ? publishTranscribed(options) : publishWith(program, options);
}

function publishWith(program: string, options: PythonPublicationOptions): PythonPublication {
  const { redis, views, pauseMs } = options;
  const child = spawn(program, ["-c", PYTHON], { stdio: "pipe" });
  forwardStderr(child);
  const closed = once(child, "close");
  const half = Promise.withResolvers<void>();
  const writes: ForeignWrite[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "half") half.resolve();
    else writes.push(JSON.parse(line) as ForeignWrite);
  });
  child.stdin.on("error", half.reject);
  child.once("close", (code) => half.reject(new Error(`Python ended with ${code} before its half`)));
  child.stdin.write(`${JSON.stringify({ port: redis.port, views, pauseMs })}\n`);
  return {
    untilHalf: () => half.promise,
    async finish() {
      child.stdin.end("\n");
      const [code] = (await closed) as [number | null];
      if (code !== 0) throw new Error(`Python ended with ${code}`);
      return { hash: writes.find(({ key }) => key === "mosaic:views:hash")?.value ?? "", writes };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.pid !== undefined) signalProcess(child.pid, "SIGKILL");
      await closed;
    },
  };
}

function publishTranscribed({ redis, views, pauseMs }: PythonPublicationOptions): PythonPublication {
  const { hash, writes } = foreignPublication(views);
  const middle = Math.ceil(writes.length / 2);
  const write = async (some: readonly ForeignWrite[]): Promise<void> => {
    for (const each of some) {
      await writeKeys(redis, [each]);
      await pause(pauseMs);
    }
  };
  const half = write(writes.slice(0, middle));
  return {
    untilHalf: () => half,
    async finish() {
      await half;
      await write(writes.slice(middle));
      return { hash, writes };
    },
    [Symbol.asyncDispose]: () => half,
  };
}
