import { describe, expect, test } from "vitest";
import { findHashTag, parseRedisUrl } from "../../src/lib/redis-url.ts";

const LOGIN = { username: undefined, password: undefined, database: 0 };

describe("parseRedisUrl()", () => {
  test.each([
    ["redis://h", { ...LOGIN, kind: "server", host: "h", port: 6379, tls: false }],
    ["REDIS://h:1/2", { ...LOGIN, kind: "server", host: "h", port: 1, tls: false, database: 2 }],
    [
      "rediss://u:p%40%3A@[::1]:6380/15",
      { kind: "server", username: "u", password: "p@:", host: "::1", port: 6380, tls: true, database: 15 },
    ],
    ["redis://:a:b@h/", { ...LOGIN, kind: "server", password: "a:b", host: "h", port: 6379, tls: false }],
    ["redis+unix:///run/r%20s.sock", { ...LOGIN, kind: "socket", path: "/run/r s.sock", tls: false }],
    [
      "Redis+Unix://u:p@/run/redis.sock?db=3",
      { kind: "socket", username: "u", password: "p", path: "/run/redis.sock", database: 3, tls: false },
    ],
    [
      "redis-sentinel://u:p@h1,h2:1,[fe80::1]/4#my%20master",
      {
        kind: "sentinel",
        username: "u",
        password: "p",
        database: 4,
        sentinels: [
          { host: "h1", port: 26_379 },
          { host: "h2", port: 1 },
          { host: "fe80::1", port: 26_379 },
        ],
        master: "my master",
        tls: false,
      },
    ],
    [
      "REDISS-SENTINEL://h#m",
      { ...LOGIN, kind: "sentinel", sentinels: [{ host: "h", port: 26_379 }], master: "m", tls: true },
    ],
    [
      "rediss-cluster://:p@h1:7000,h2",
      {
        ...LOGIN,
        kind: "cluster",
        password: "p",
        nodes: [
          { host: "h1", port: 7000 },
          { host: "h2", port: 6379 },
        ],
        tls: true,
      },
    ],
  ])("parseRedisUrl() reads %s", (url, address) => {
    expect(parseRedisUrl(url)).toEqual({ kind: "address", address });
  });

  test.each([
    "",
    "redis:",
    "redis:/h",
    "redis://",
    "redis://u:%zz@h",
    "redis://h:70000",
    "redis://[h",
    "valkey://h",
  ])("parseRedisUrl() refuses %j", (url) => {
    expect(parseRedisUrl(url).kind).toBe("invalid");
  });
});

describe("findHashTag()", () => {
  test.each([
    ["{mosaic}", "mosaic"],
    ["a{b}c{d}", "b"],
    ["a{{b}}", "{b"],
    ["mosaic", undefined],
    ["a{}b{c}", undefined],
    ["a}b{c", undefined],
  ])("findHashTag() finds in %s what Redis finds", (prefix, tag) => {
    expect(findHashTag(prefix)).toBe(tag);
  });
});
