import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withNamespace } from "../../../src/adapters/decorators/namespace.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { createCatalogStore } from "../../../src/app/catalog/catalog-store.ts";
import type { CatalogEvent } from "../../../src/app/catalog/events.ts";
import { reload } from "../../../src/app/catalog/reload.ts";
import { preload, reconcile } from "../../../src/app/catalog/sync.ts";
import { createCatalogVerifier } from "../../../src/app/signing/catalog-verifier.ts";
import { MANIFEST_FILE } from "../../../src/domain/signing/manifest.ts";
import { SIGNATURE_MODES, type SignatureMode } from "../../../src/domain/signing/verify-manifest.ts";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  createReplica,
  type Replica,
  readPublished,
  TTL_SECONDS,
} from "../../support/catalog-replica.ts";
import { publishOver } from "../../support/publish-over.ts";
import { activeCatalog, type FoundCatalog, findCase, TRUSTED } from "./signature-cases.ts";
import { SIGNATURE_TABLE } from "./signature-table.ts";

const DOORS = ["disk by reload", "Redis by reconcile", "disk at start", "Redis at start"] as const;
type Door = (typeof DOORS)[number];

interface Cell {
  readonly mode: SignatureMode;
  readonly required: boolean;
  readonly name: string;
  readonly door: Door;
  readonly expected: string;
}

/** Reads the table's cells; each line belongs to the last heading. */
function readTable(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  let heading: Pick<Cell, "mode" | "required"> | undefined;
  for (const line of text.split("\n")) {
    const [, word, required] = /^## (\w+), (not )?required$/.exec(line) ?? [];
    const mode = SIGNATURE_MODES.find((known) => known === word);
    if (mode !== undefined) heading = { mode, required: required === undefined };
    const [name = "", ...row] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (heading === undefined || row.length !== DOORS.length || name === "case" || /^-*$/.test(name))
      continue;
    for (const [index, door] of DOORS.entries()) {
      cells.push({ ...heading, name, door, expected: row[index] ?? "" });
    }
  }
  return cells;
}

const CELLS = readTable(SIGNATURE_TABLE);
const encode = (text: string | undefined) =>
  text === undefined ? undefined : new TextEncoder().encode(text);

function filesOf({ files, manifest }: FoundCatalog): Readonly<Record<string, string>> {
  return manifest === undefined ? files : { ...files, [MANIFEST_FILE]: manifest };
}

/** The last event that says what became of the catalog which came in by this door. */
function outcomeOf(events: readonly CatalogEvent[], source: "cache" | "disk"): string {
  const warned = events.some((event) => event.kind === "unsigned" && event.source === source);
  for (const event of events.toReversed()) {
    if (event.kind === "activated" && event.source === source) return warned ? "warned" : "activated";
    if (event.kind === "refused" && event.refusal.source === source) return event.refusal.reason;
  }
  return "nothing";
}

describe("signatures at every door", () => {
  let redis: CatalogRedis;
  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(() => redis.server.command("FLUSHALL"));

  const publish = async ({ files, manifest }: FoundCatalog): Promise<void> => {
    const store = createCatalogStore(withNamespace(redis.cache, "mosaic"));
    await publishOver(store, await catalogOf(files), { ttlSeconds: TTL_SECONDS, manifest: encode(manifest) });
  };

  async function start({ mode, required }: Cell, files: Readonly<Record<string, string>>) {
    const verifier = createCatalogVerifier(
      { viewsSignatureMode: mode, viewsSignatureRequired: required },
      async () => ({ kind: "keys", keys: [TRUSTED], warnings: [] }),
    );
    await verifier.refreshKeys();
    const source = createMemorySource(files);
    return { replica: createReplica({ cache: redis.cache, source, verifier }), source };
  }

  /** Lets a catalog come in by a door, and says what became of it. */
  async function enter(cell: Cell, found: FoundCatalog): Promise<Replica> {
    const atStart = cell.door.endsWith("at start");
    const onDisk = cell.door.startsWith("disk");
    const first = filesOf(atStart ? found : await activeCatalog());
    const { replica, source } = await start(cell, atStart && !onDisk ? {} : first);
    if (!atStart) {
      await preload(replica.deps);
      replica.forget();
      source.replace(filesOf(found));
    }
    if (!onDisk) await publish(found);
    if (cell.door === "disk by reload") await reload(replica.deps);
    else if (replica.deps.holder.current() === undefined) await preload(replica.deps);
    else await reconcile(replica.deps);
    return replica;
  }

  test("the table has every mode, requirement, case and door once", () => {
    const names = new Set(CELLS.map(({ name }) => name));
    expect(names.size).toBe(13);
    expect(CELLS).toHaveLength(SIGNATURE_MODES.length * 2 * names.size * DOORS.length);
    const keys = CELLS.map(({ mode, required, name, door }) => [mode, required, name, door].join());
    expect(new Set(keys).size).toBe(CELLS.length);
  });

  const byDoor = DOORS.flatMap((door) => SIGNATURE_MODES.map((mode) => ({ door, mode })));
  test.each(byDoor)("$door in mode $mode", async ({ door, mode }) => {
    for (const cell of CELLS.filter((one) => one.door === door && one.mode === mode)) {
      await redis.server.command("FLUSHALL");
      const found = await findCase(cell.name);
      const { deps, events } = await enter(cell, found);
      const outcome = outcomeOf(events, door.startsWith("disk") ? "disk" : "cache");
      expect({ ...cell, outcome }).toEqual({ ...cell, outcome: cell.expected });
      const isIn = ["activated", "warned"].includes(outcome);
      const before =
        door.endsWith("at start") || (mode === "none" && cell.required) ? undefined : await activeCatalog();
      const served = isIn ? found : before;
      const active = deps.holder.current();
      const expected = served && (await catalogOf(served.files)).hash;
      expect({ ...cell, served: active?.catalog.hash }).toEqual({ ...cell, served: expected });
      expect(active?.manifest && new TextDecoder().decode(active.manifest)).toBe(served?.manifest);
    }
  });

  test("what is refused from disk leaves Redis as it was, and what is taken is there byte for byte", async () => {
    const door = "disk by reload";
    for (const cell of CELLS.filter((one) => one.door === door && one.mode !== "none")) {
      await redis.server.command("FLUSHALL");
      const found = await findCase(cell.name);
      await enter(cell, found);
      const isIn = ["activated", "warned"].includes(cell.expected);
      const published = isIn ? found : await activeCatalog();
      expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(published.files)));
      expect(await redis.server.command("GET", "mosaic:catalog:manifest")).toBe(published.manifest ?? null);
    }
  });
});
