import { describe, expect, test } from "vitest";
import { findHashTag, formatAddress, maskRedisUrl, parseRedisUrl } from "../../src/lib/redis-url.ts";

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

  const SERVER = "redis://[user:password@]host[:port][/database], or rediss:// for TLS, without a query";
  const SEVERAL =
    "for several hosts redis-sentinel://host,host#name or redis-cluster://host,host; for a socket redis+unix:///path";
  const SOCKET = "redis+unix://[user:password@]/path[?db=N]";
  const SENTINEL =
    "redis-sentinel://[user:password@]host[:port][,host[:port]…][/database]#name, or rediss-sentinel:// for TLS, where name is the primary's name at the Sentinels, such as mymaster";
  const CLUSTER =
    "redis-cluster://[user:password@]host[:port][,host[:port]…], or rediss-cluster:// for TLS, without a database number, because a cluster has only database 0";

  test.each([
    ...["", "redis:", "redis:/h", "valkey://h", "x redis://h"].map((url) => [url, `${SERVER}; ${SEVERAL}`]),
    ["redis://", SERVER],
    ["redis://u:%zz@h", SERVER],
    ["redis://h:70000", SERVER],
    ["redis://h:65536", SERVER],
    ["redis://h:0", SERVER],
    ["redis://[h", SERVER],
    ["redis://h:1x", SERVER],
    ["redis://:6379", SERVER],
    ["redis://h/x", SERVER],
    ["redis://h/12345", SERVER],
    ["redis://h/1/2", SERVER],
    ["redis://h?db=1", SERVER],
    ["redis://h#name", SERVER],
    ["redis://h1,h2", `${SERVER}, for one host; ${SEVERAL}`],
    ["redis+unix://h/run/redis.sock", SOCKET],
    ["redis+unix://", SOCKET],
    ["redis+unix:///", SOCKET],
    ["redis+unix:///run/redis.sock?db=x", SOCKET],
    ["redis+unix:///run/redis.sock?x=1", SOCKET],
    ["redis+unix:///run/redis.sock?1", SOCKET],
    ["redis+unix:///run/redis.sock#name", SOCKET],
    ["redis-sentinel://h", SENTINEL],
    ["redis-sentinel://h#", SENTINEL],
    ["redis-sentinel://h1,,h2#m", SENTINEL],
    ["redis-sentinel://h?db=1#m", SENTINEL],
    ["redis-cluster://h/1", CLUSTER],
    ["redis-cluster://h#name", CLUSTER],
    [`redis-cluster://${Array.from({ length: 33 }, (_, index) => `h${index}`)}`, CLUSTER],
  ])("parseRedisUrl() refuses %j and names the form", (url, form) => {
    expect(parseRedisUrl(url as string)).toMatchObject({ kind: "invalid", form: { en: form } });
  });

  test("parseRedisUrl() names the form in Portuguese too", () => {
    const forms = ["redis://h1,h2", "redis-sentinel://h", "redis-cluster://h/1", "valkey://h"].map((url) => {
      const parsed = parseRedisUrl(url);
      return parsed.kind === "invalid" ? parsed.form.pt : "";
    });
    const server = "redis://[user:password@]host[:port][/database], ou rediss:// para TLS, sem query";
    expect(forms[0]).toMatch(/^redis:\/\/.*, para um só host; para vários hosts /);
    expect(forms[1]).toMatch(
      /ou rediss-sentinel:\/\/ para TLS, onde name é o nome do primário nos Sentinels/,
    );
    expect(forms[2]).toMatch(/ou rediss-cluster:\/\/ para TLS, sem número de banco/);
    expect(forms[3]?.startsWith(`${server}; para vários hosts `)).toBe(true);
  });

  test("parseRedisUrl() reads as many as 32 hosts, and the largest port", () => {
    const hosts = Array.from({ length: 32 }, (_, index) => `h${index}:65535`);
    const parsed = parseRedisUrl(`redis-cluster://${hosts}`);
    const nodes = hosts.map((_, index) => ({ host: `h${index}`, port: 65_535 }));
    expect(parsed).toMatchObject({ address: { nodes } });
  });
});

describe("maskRedisUrl()", () => {
  test.each([
    ["redis://user:secret@h:1/2", "redis://***@h:1/2"],
    ["redis://:secret@h", "redis://***@h"],
    ["redis://user@h", "redis://***@h"],
    ["REDISS://user:secret@h", "rediss://***@h"],
    ["redis://h", "redis://h"],
    ["redis://:@h", "redis://h"],
    ["redis+unix://user:secret@/run/redis.sock?db=3", "redis+unix://***@/run/redis.sock?db=3"],
    ["redis-sentinel://user:secret@h1,h2/4#mymaster", "redis-sentinel://***@h1,h2/4"],
    ["redis-cluster://user:secret@h1,h2", "redis-cluster://***@h1,h2"],
  ])("maskRedisUrl() of %s is %s", (url, masked) => {
    expect(maskRedisUrl(url)).toBe(masked);
  });

  test.each(["", "secret", "redis://user:secret@h:70000", "https://user:secret@h"])(
    "maskRedisUrl() of %j is undefined",
    (text) => {
      expect(maskRedisUrl(text)).toBeUndefined();
    },
  );
});

describe("formatAddress()", () => {
  test.each([
    ["localhost", 6379, "localhost:6379"],
    ["127.0.0.1", 1, "127.0.0.1:1"],
    ["fe80::1", 6380, "[fe80::1]:6380"],
  ])("formatAddress() of %s and %i is %s", (host, port, address) => {
    expect(formatAddress({ host, port })).toBe(address);
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
    ["}{a}", "a"],
    ["{a", undefined],
    ["a}", undefined],
  ])("findHashTag() finds in %s what Redis finds", (prefix, tag) => {
    expect(findHashTag(prefix)).toBe(tag);
  });
});
