import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import process from "node:process";
import { canonicalText } from "../../src/domain/json/canonical-json.ts";
import type { JsonValue } from "../../src/domain/json/json-value.ts";
import { parseJson } from "../../src/domain/json/parse-json.ts";
import { locateOnPath } from "./locate-server.ts";

/** Reads a key of the cache, without the namespace; null when it is absent. */
export type ReadKey = (key: string) => Promise<string | null>;

/** What a peer makes of the catalog in the cache. */
export interface PeerReading {
  readonly entities: readonly string[];
  /** The hash of what it read, made by itself. */
  readonly hash: string;
  /** The hash that the cache holds. */
  readonly publishedHash: string | null;
}

export interface PeerReader {
  readonly name: string;
  /** Undefined when the peer finds no catalog. */
  read(readKey: ReadKey): Promise<PeerReading | undefined>;
}

/** The peer's reader, step by step, in TypeScript. */
const transcription: PeerReader = {
  name: "the transcribed reader",
  async read(readKey) {
    if ((await readKey("views:loaded")) !== "1") return undefined;
    const entities = JSON.parse((await readKey("views:list")) ?? "[]") as string[];
    const catalog: Record<string, JsonValue> = {};
    for (const entity of entities) {
      const raw = await readKey(`views:${entity}`);
      if (raw !== null && raw !== "") catalog[entity] = parseJson(raw);
    }
    if (Object.keys(catalog).length === 0) return undefined;
    const hash = createHash("sha256").update(canonicalText(catalog)).digest("hex");
    return { entities: Object.keys(catalog).sort(), hash, publishedHash: await readKey("views:hash") };
  },
};

const PYTHON = `
import hashlib, json, sys
held = json.load(sys.stdin)
catalog = {}
if held.get("views:loaded") == "1":
    for entity in json.loads(held.get("views:list") or "[]"):
        raw = held.get("views:" + entity)
        if raw:
            catalog[entity] = json.loads(raw)
blob = json.dumps(catalog, sort_keys=True, ensure_ascii=False)
made = {"entities": sorted(catalog), "hash": hashlib.sha256(blob.encode("utf-8")).hexdigest(),
        "publishedHash": held.get("views:hash")}
json.dump(made if catalog else None, sys.stdout)
`;

const python: PeerReader = {
  name: "python3",
  async read(readKey) {
    const held: Record<string, string | null> = {};
    for (const key of ["views:loaded", "views:list", "views:hash"]) held[key] = await readKey(key);
    for (const entity of JSON.parse(held["views:list"] ?? "[]") as string[]) {
      held[`views:${entity}`] = await readKey(`views:${entity}`);
    }
    return (JSON.parse(await runPython(JSON.stringify(held))) as PeerReading | null) ?? undefined;
  },
};

function runPython(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile("python3", ["-c", PYTHON], (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
    child.stdin?.end(input);
  });
}

/** The transcription, and the real thing where there is one. */
export async function peerReaders(): Promise<readonly PeerReader[]> {
  return (await locateOnPath("python3", process.env)) === undefined
    ? [transcription]
    : [transcription, python];
}
