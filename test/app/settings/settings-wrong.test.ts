import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Environment, parseSettings } from "../../../src/app/settings/settings.ts";
import type { Language } from "../../../src/lib/language.ts";
import { messageOf, startMessage } from "./start-message.ts";
import {
  ANY_REDIS,
  CLUSTER,
  DATABASE,
  DATABASE_ESCAPES,
  PASSWORD,
  PORT,
  REDIS,
  SENTINEL,
  SOCKET,
  TTL,
  WRONG,
} from "./wrong-setting-rows.ts";

const parse = (environment: Environment) => parseSettings(environment, { terminal: false });

describe("parseSettings() of wrong settings", () => {
  test.each(WRONG)("parseSettings() refuses %s=%j", (name, value, takes) => {
    const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
    const message = startMessage(`${name} is ${JSON.stringify(shown)}: expected ${takes}`);
    expect(parse({ [name]: value })).toStrictEqual({ kind: "invalid", message });
  });

  test.each([
    ["redis://user:s3cret@h/0?db=1", "redis://***@h/0?***", REDIS],
    ["redis://s3cret@h/0#x", "redis://***@h/0", REDIS],
    ["http://user:s3cret@h/", "http://***@h/", ANY_REDIS],
    ["user:s3cret@h:6379", "(not shown: not a valid URL)", ANY_REDIS],
    ["redis://h#x", "redis://h", REDIS],
    ["redis-sentinel://u:s3cret@h#", "redis-sentinel://***@h", SENTINEL],
    ["redis-sentinel://:s3cret@#m", "(not shown: not a valid URL)", SENTINEL],
    ["rediss-sentinel://:s3cret@h1,/0#m", "rediss-sentinel://***@h1,/0", SENTINEL],
    ["redis-cluster://:s3cret@h1,h2:99999", "(not shown: not a valid URL)", CLUSTER],
    ["redis-cluster://:s3cret@h1,h2#m", "redis-cluster://***@h1,h2", CLUSTER],
    ["redis+unix:///path?db=s3cret", "redis+unix:///path?***", SOCKET],
    ["redis+unix:///path?password=s3cret", "redis+unix:///path?***", SOCKET],
  ])("parseSettings() refuses REDIS_URL=%s and shows it as %s", (value, shown, takes) => {
    expect(messageOf({ REDIS_URL: value })).toBe(startMessage(`REDIS_URL is "${shown}": expected ${takes}`));
  });

  test.each([
    ["mysql://user:s3cret@h/db", "mysql://***@h/db"],
    ["mysql://s3cret@h/db?password=s3cret", "mysql://***@h/db?***"],
    ["postgres://user:s3cret@", "(not shown: not a valid URL)"],
    ["postgres:user:s3cret@h/db", "(not shown: not a valid URL)"],
    ["postgres:///db?password=s3cret", "postgres:///db?***"],
    ["user:s3cret@h/db", "(not shown: not a valid URL)"],
    ["sqlite:", "(not shown: not a valid URL)"],
  ])("parseSettings() refuses DATABASE_URL=%s and shows it as %s", (value, shown) => {
    expect(messageOf({ DATABASE_URL: value })).toBe(
      startMessage(`DATABASE_URL is "${shown}": expected ${DATABASE}`),
    );
  });

  test.each(["s3cret%", "s3%cret", "%zzs3cret", "s3cret%40%", "%e9s3cret", "s3cret%4"])(
    "parseSettings() refuses a DATABASE_URL with the password %s, which is no escape, and does not show it",
    (password) => {
      const wrong = startMessage(`DATABASE_URL is "postgres://***@h/db": expected ${DATABASE_ESCAPES}`);
      expect(messageOf({ DATABASE_URL: `postgres://u:${password}@h/db` })).toBe(wrong);
      expect(messageOf({ DATABASE_URL: `postgres://${password}@h/db` })).toBe(wrong);
    },
  );

  test.each([
    ["two words", "visible ASCII characters without spaces"],
    ["sênha", "visible ASCII characters without spaces"],
    ["t0\nken", "visible ASCII characters without spaces"],
    ["t".repeat(1025), "at most 1024 characters"],
  ])("parseSettings() refuses ADMIN_TOKEN=%j without showing it", (value, takes) => {
    const message = startMessage(`ADMIN_TOKEN is set to a value that is not shown: expected ${takes}`);
    expect(messageOf({ ADMIN_TOKEN: value })).toBe(message);
  });

  test.each([undefined, ""])("parseSettings() wants a REDIS_URL for the redis backend, not %j", (url) => {
    const problem = "REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0";
    expect(messageOf({ CACHE_BACKEND: "redis", REDIS_URL: url })).toBe(startMessage(problem));
  });

  test("parseSettings() takes REDIS_TLS_CA with TLS alone, and for Redis alone", () => {
    const authority = { CACHE_BACKEND: "redis", REDIS_TLS_CA: "ca.pem" };
    const problem = "REDIS_TLS_CA is set, but REDIS_URL begins with redis://: only rediss:// uses TLS";
    expect(messageOf({ ...authority, REDIS_URL: "redis://u:s3cret@h" })).toBe(startMessage(problem));
    expect(parse({ ...authority, REDIS_URL: "rediss://h" })).toMatchObject({
      settings: { redisTlsCa: "ca.pem" },
    });
    expect(parse({ REDIS_TLS_CA: "ca.pem" })).toMatchObject({ settings: { redisTlsCa: undefined } });
  });

  test("parseSettings() lists everything that is wrong at once", () => {
    const wrong = new Map(WRONG.map(([name, value, takes]) => [name, { value, takes }]));
    const environment = Object.fromEntries([...wrong].map(([name, { value }]) => [name, value]));
    const problems = [...wrong].map(([name, { value, takes }]) => {
      const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
      return `${name} is ${JSON.stringify(shown)}: expected ${takes}`;
    });
    expect(problems).toHaveLength(15);
    expect(messageOf(environment)).toBe(startMessage(...problems));
  });

  const contradictions: readonly (readonly [Environment, readonly string[]])[] = [
    [
      { REDIS_URL: "redis://h", REDIS_TLS_CERT: "c", REDIS_TLS_KEY: "k" },
      [
        "REDIS_TLS_CERT is set, but REDIS_URL begins with redis://: only rediss:// uses TLS",
        "REDIS_TLS_KEY is set, but REDIS_URL begins with redis://: only rediss:// uses TLS",
      ],
    ],
    [
      { REDIS_URL: "REDIS-Sentinel://h#m", REDIS_TLS_SERVERNAME: "h" },
      [
        "REDIS_TLS_SERVERNAME is set, but REDIS_URL begins with redis-sentinel://: only rediss-sentinel:// uses TLS",
      ],
    ],
    [
      { REDIS_URL: "redis+unix:///run/redis.sock", REDIS_TLS_CA: "ca.pem" },
      ["REDIS_TLS_CA is set, but REDIS_URL begins with redis+unix://: a Unix socket has no TLS"],
    ],
    [
      { REDIS_URL: "rediss://h", REDIS_TLS_CERT: "c" },
      ["REDIS_TLS_CERT also needs REDIS_TLS_KEY, the path of its private key"],
    ],
    [
      { REDIS_URL: "rediss://h", REDIS_TLS_KEY: "k" },
      ["REDIS_TLS_KEY also needs REDIS_TLS_CERT, the path of its certificate"],
    ],
    [
      { REDIS_URL: "rediss://h", REDIS_SENTINEL_PASSWORD: "s3cret" },
      [
        "REDIS_SENTINEL_PASSWORD is set, but REDIS_URL does not begin with redis-sentinel://: only Sentinels use it",
      ],
    ],
    [
      { REDIS_URL: "redis-sentinel://h#m", REDIS_SENTINEL_USERNAME: "u" },
      ["REDIS_SENTINEL_PASSWORD is not set: REDIS_SENTINEL_USERNAME needs it"],
    ],
    [
      { REDIS_URL: "redis-cluster://h" },
      [
        'CACHE_NAMESPACE is "mosaic": a cluster needs a hash tag, which is a part in braces, to keep the keys of a catalog on one node: write CACHE_NAMESPACE={mosaic}',
      ],
    ],
    [
      { REDIS_URL: "rediss-cluster://h", CACHE_NAMESPACE: "a{}b:" },
      [
        'CACHE_NAMESPACE is "a{}b": a cluster needs a hash tag, which is a part in braces, to keep the keys of a catalog on one node: write CACHE_NAMESPACE={ab}',
      ],
    ],
  ];
  test.each(contradictions)(
    "parseSettings() refuses %j, whose parts contradict each other",
    (environment, problems) => {
      expect(messageOf({ CACHE_BACKEND: "redis", ...environment })).toBe(startMessage(...problems));
    },
  );

  test("parseSettings() lists a missing REDIS_URL behind what else is wrong", () => {
    const missing = "REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0";
    const environment = { CACHE_BACKEND: "redis", PORT: "x", VIEWS_CACHE_TTL: "0" };
    const problems = [`VIEWS_CACHE_TTL is "0": expected ${TTL}`, `PORT is "x": expected ${PORT}`, missing];
    expect(messageOf(environment)).toBe(startMessage(...problems));
  });

  test.each(["redis://u:50%@h/0", "redis://%zz:p@h/0", "redis://u:%ff@h/0"])(
    "parseSettings() refuses REDIS_URL=%s, which cannot be decoded",
    (REDIS_URL) => {
      const message = startMessage(`REDIS_URL is "redis://***@h/0": expected ${DATABASE_ESCAPES}`);
      expect(messageOf({ REDIS_URL })).toBe(message);
    },
  );

  test.each(
    ["redis", "rediss", "postgres", "postgresql"].flatMap((scheme) =>
      ["user:12/s3cret@", "user:s3/cret@", "user:12?s3cret@", "user:1#s3@", ":s3/cr+t==@", "s3/cret@"].map(
        (credentials) => `${scheme}://${credentials}h:1/0`,
      ),
    ),
  )("B6: says of %s, whose password ends early, how it is written", (url) => {
    const name = url.startsWith("redis") ? "REDIS_URL" : "DATABASE_URL";
    const message = startMessage(`${name} is "(not shown: not a valid URL)": expected ${PASSWORD}`);
    expect(messageOf({ [name]: url })).toBe(message);
  });

  test("B6: takes a password of Base64 that is written so", () => {
    const secret = encodeURIComponent("q/Z+x==");
    expect(parse({ CACHE_BACKEND: "redis", REDIS_URL: `redis://:${secret}@h/0` }).kind).toBe("settings");
    expect(parse({ CACHE_BACKEND: "redis", REDIS_URL: "redis://:q+Z@h/0" }).kind).toBe("settings");
    expect(parse({ DATABASE_URL: `postgres://u:${secret}@h/db` }).kind).toBe("settings");
  });

  test.each([
    "postgres://a,b/db",
    "postgres://u:s3cret@a:5432,b:5433/db",
    "postgres:///db?host=a,b",
    "postgres:///db?host=/run/a,/run/b",
    "postgres://a/db?port=5432,5433",
    "postgresql://a,b/db?target_session_attrs=read-write",
  ])("D3: refuses %s, which names several hosts, in words", (DATABASE_URL) => {
    const message = messageOf({ DATABASE_URL });
    expect(message).toContain("expected a URL with one host: several hosts are not supported");
    expect(message).not.toContain("s3cret");
  });

  test.each([
    "postgres:///funds?host=/run/postgresql",
    "postgres://u@/funds?host=/run/postgresql",
    "postgres://u:p@/funds?host=/run/postgresql&port=5433",
    "postgres://%2Frun%2Fpostgresql/funds",
    "postgresql:///funds?host=db.example",
  ])("D3: takes %s", (DATABASE_URL) => {
    expect(parse({ DATABASE_URL })).toMatchObject({ settings: { databaseUrl: DATABASE_URL } });
  });

  test.each([
    ["REDIS_URL", "redis://us\ner:s3cret@h/0"],
    ["REDIS_URL", "redis://user:s3c\tret@h/0"],
    ["DATABASE_URL", "postgres://user:s3cret@h/my db"],
    ["DATABASE_URL", "\u0001postgres://user:s3cret@h/db"],
  ])("B1: refuses %s=%j, of which URL parsers drop a part in silence", (name, url) => {
    const message = messageOf({ CACHE_BACKEND: "redis", [name]: url });
    expect(message).toContain("expected a URL without spaces and line breaks: write a space as %20");
    expect(message).not.toContain("s3c");
  });

  test.each(['"redis://h:6379/0"', "'redis://h:6379/0'"])(
    "B1: names the quotation marks of %s",
    (REDIS_URL) => {
      expect(messageOf({ CACHE_BACKEND: "redis", REDIS_URL })).toContain(
        "the quotation marks around it are part of the value: leave them out",
      );
    },
  );

  test.each([
    ["ADMIN_TOKEN", '"planted-secret"'],
    ["CACHE_NAMESPACE", "'mosaic'"],
    ["REDIS_SENTINEL_PASSWORD", '"planted-secret"'],
    ["VIEWS_DIR", ' "data/views" '],
    ["VIEWS_SIGNATURE_KEY", `"planted-secret-${"x".repeat(32)}"`],
    ["VIEWS_SIGNATURE_KEYRING", "'keys.json'"],
  ])("B1: warns of quotation marks in %s, where any text is taken", (name, value) => {
    const environment = {
      CACHE_BACKEND: "redis",
      REDIS_URL: "redis-sentinel://127.0.0.1:26379#mymaster",
      [name]: value,
    };
    const warningsIn = (language: Language) => parseSettings(environment, { terminal: false, language });
    expect(warningsIn("en")).toMatchObject({
      warnings: [
        `${name} begins and ends with quotation marks, which are part of the value: leave them out unless it needs them`,
      ],
    });
    expect(warningsIn("pt")).toMatchObject({
      warnings: [
        `${name} começa e termina com aspas, que fazem parte do valor: tire-as se ele não precisa delas`,
      ],
    });
    expect(
      parseSettings({ ...environment, [name]: value.replaceAll(/["']/g, "") }, { terminal: false }),
    ).toMatchObject({
      warnings: [],
    });
  });

  test("parseSettings() never shows a part of a secret", () => {
    const secret = fc.string({ unit: fc.constantFrom(..."QXZJ@/:?#% 19"), minLength: 4, maxLength: 30 });
    const urls = fc.constantFrom(
      "redis://u:$@h/zero",
      "u:$@h",
      "redis://$@h/0?x",
      "http://:$@h",
      "redis:$@h",
    );
    fc.assert(
      fc.property(secret, secret, urls, (token, password, url) => {
        const environment = {
          ADMIN_TOKEN: `x ${token} x`,
          REDIS_URL: url.replace("$", () => password),
          DATABASE_URL: url.replace("$", () => password),
          PORT: "x",
        };
        const message = messageOf(environment);
        const shown = [...partsOf(token), ...partsOf(password)].filter((part) => message.includes(part));
        expect(shown).toEqual([]);
        expect(message).toContain("ADMIN_TOKEN is set to a value that is not shown");
      }),
      { numRuns: 2000 },
    );
  });
});

/** Every four characters of it, but those that have no letter and may stand in any message, such as `:// `. */
function partsOf(secret: string): readonly string[] {
  const parts = Array.from({ length: secret.length - 3 }, (_, index) => secret.slice(index, index + 4));
  return parts.filter((part) => /[QXZJ]/.test(part));
}
