import { describe, expect, test } from "vitest";
import {
  withBroadcastErrors,
  withCacheErrors,
  withDatabaseErrors,
  withSourceErrors,
} from "../../../src/adapters/decorators/own-errors.ts";
import {
  BroadcastError,
  type BroadcastPort,
  CacheError,
  type CachePort,
  type CatalogSourcePort,
  type Database,
  DatabaseError,
} from "../../../src/mod.ts";

const FOREIGN = new TypeError("fetch failed");
const bytes = new Uint8Array();
const publication = { entries: [], ttlSeconds: 1, remove: [], expect: [] };

/** A port of which every operation fails with `error`. */
function createFailing<Port extends object>(names: readonly (string & keyof Port)[], error: unknown): Port {
  const operations = names.map((name) => [name, () => Promise.reject(error)]);
  return { name: "port", ...Object.fromEntries(operations) } as Port;
}

const CACHE = ["get", "getWithTtl", "getMany", "fingerprint", "set", "delete", "publish"] as const;
type Options = { readonly signal?: AbortSignal };

/** Every operation of every port, with the code that an error of another class gets. */
function callsOf(error: unknown, options: Options, onForeign: (error: unknown) => void) {
  const cache = withCacheErrors(createFailing<CachePort>(CACHE, error), onForeign);
  const channel = withBroadcastErrors(createFailing<BroadcastPort>(["publish"], error), onForeign);
  const database = withDatabaseErrors(createFailing<Database>(["load", "columns"], error), onForeign);
  const operations = ["load", "readManifest", "digest", "readNames"] as const;
  const source = withSourceErrors(createFailing<CatalogSourcePort>(operations, error), onForeign);
  return [
    ["unavailable", () => cache.get("key", options)],
    ["unavailable", () => cache.getWithTtl("key", options)],
    ["unavailable", () => cache.getMany(["key"], options)],
    ["unavailable", () => cache.fingerprint(["key"], options)],
    ["unavailable", () => cache.set("key", bytes, { ttlSeconds: 1, ...options })],
    ["unavailable", () => cache.delete("key", options)],
    ["unavailable", () => cache.publish(publication, options)],
    ["unavailable", () => channel.publish(bytes, options)],
    ["unavailable", () => database.load(options)],
    ["unavailable", () => database.columns(["key"], options)],
    ["unreadable", () => source.load(options)],
    ["unreadable", () => source.readManifest(options)],
    ["unreadable", () => source.digest?.(options)],
    ["unreadable", () => source.readNames?.(options)],
  ] as const;
}

describe("withCacheErrors(), withBroadcastErrors(), withDatabaseErrors(), withSourceErrors()", () => {
  test("make an error of another class the port's own, with the cause, and report it", async () => {
    const reported: unknown[] = [];
    const calls = callsOf(FOREIGN, {}, (error) => reported.push(error));
    for (const [code, call] of calls) {
      const failure = expect(call()).rejects;
      await failure.toMatchObject({ code, cause: FOREIGN, message: expect.not.stringContaining("fetch") });
    }
    expect(reported).toEqual(calls.map(() => FOREIGN));
  });

  test("report an aborted operation as aborted, whichever error it failed with", async () => {
    const reason = new Error("stop");
    const reported: unknown[] = [];
    const calls = callsOf(FOREIGN, { signal: AbortSignal.abort(reason) }, (error) => reported.push(error));
    for (const [, call] of calls)
      await expect(call()).rejects.toMatchObject({ code: "aborted", cause: reason });
    expect(reported).toEqual([]);
  });

  test("pass on the port's own errors, and the absence of optional operations", async () => {
    const fail = (error: unknown) => Promise.reject(error);
    const errors = [
      new CacheError("get", "timeout", "late"),
      new BroadcastError("publish", "timeout", "late"),
      new DatabaseError("timeout", "late"),
    ];
    const ignore = () => expect.unreachable();
    const [cache, channel, database] = errors;
    await expect(
      withCacheErrors(
        { ...createFailing<CachePort>([], cache), get: () => fail(cache) as never },
        ignore,
      ).get("key"),
    ).rejects.toBe(cache);
    await expect(
      withBroadcastErrors(createFailing<BroadcastPort>(["publish"], channel), ignore).publish(bytes),
    ).rejects.toBe(channel);
    await expect(withDatabaseErrors(createFailing<Database>(["load"], database), ignore).load()).rejects.toBe(
      database,
    );
    const source = withSourceErrors(createFailing<CatalogSourcePort>(["load"], FOREIGN), ignore);
    expect([source.digest, source.readNames]).toEqual([undefined, undefined]);
  });
});
