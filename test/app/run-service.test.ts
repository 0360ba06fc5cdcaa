import { createServer } from "node:net";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { runService } from "../../src/app/run-service.ts";
import { createCatalogVerifier } from "../../src/app/signing/catalog-verifier.ts";
import { NO_TELEMETRY } from "../../src/app/telemetry/telemetry.ts";
import {
  createLog,
  createMemoryBroadcast,
  createMemoryCache,
  createMemorySource,
  parseSettings,
} from "../../src/mod.ts";
import { listenLoopback } from "../support/listen-loopback.ts";

test("runService() reports an address that is taken without waiting for what it closes", async () => {
  const taken = createServer();
  const port = await listenLoopback(taken);
  const parsed = parseSettings({ PORT: String(port) }, { terminal: false });
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const { settings } = parsed;
  const cache = createMemoryCache();
  const closed: string[] = [];
  const unused = () => undefined;
  const started = runService({
    settings,
    adminToken: "token",
    cacheBackend: "local",
    replicaId: "replica-1",
    log: createLog(settings, new Writable({ write: (_chunk, _encoding, done) => done() })),
    telemetry: NO_TELEMETRY,
    source: createMemorySource({}),
    database: {
      name: "list",
      load: async () => [],
      columns: async () => new Map(),
      close: async () => undefined,
    },
    verifier: createCatalogVerifier(settings, async () => ({ kind: "keys", keys: [], warnings: [] })),
    readPackageFile: async () => new Uint8Array(),
    readViewText: async () => undefined,
    openShared: () => ({
      cache,
      broadcast: createMemoryBroadcast().join(),
      hasFleet: false,
      fault: unused,
      address: unused,
      connect: async () => undefined,
      watch: unused,
      close: async () => void closed.push("cache"),
    }),
    // Telemetry that a collector does not take delays the end of a service.
    close() {
      closed.push("telemetry");
      return new Promise(() => undefined);
    },
  });
  await expect(started).rejects.toThrow();
  expect(closed).toEqual(["cache", "telemetry"]);
  taken.close();
});
