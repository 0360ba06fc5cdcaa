import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskUrl } from "../../../src/app/settings/url-settings.ts";

const HIDDEN = "(not shown: not a valid URL)";

describe("maskUrl()", () => {
  test.each([
    ["redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"],
    ["redis://cache.example", "redis://cache.example"],
    ["redis://[::1]:6379/1", "redis://[::1]:6379/1"],
    ["redis:///0", "redis:///0"],
    ["reddis://cache.example", "reddis://cache.example"],
    ["localhost", "localhost"],
    ["", ""],
  ])("maskUrl() shows %j, which holds no secret, as %j", (text, shown) => {
    expect(maskUrl(text)).toBe(shown);
  });

  test.each([
    ["redis://:s3cret@host:6379/0", "redis://***@host:6379/0"],
    ["rediss://user:s3cret@host/0", "rediss://***@host/0"],
    ["redis://s3cret@host", "redis://***@host"],
    ["redis://user:s3%40cret@host", "redis://***@host"],
    ["redis://user:s3@cret@host", "redis://***@host"],
    ["redis://:s3cret@[::1]:6379/0", "redis://***@[::1]:6379/0"],
    ["redis://host/0?password=s3cret", "redis://host/0?***"],
    ["redis://user:s3cret@host/0?db=1#s3cret", "redis://***@host/0?***"],
    ["redis://host/0#s3cret", "redis://host/0"],
    ["https://user:s3cret@host/path", "https://***@host/path"],
    ["redis-sentinel://u:s3cret@h1:1,h2:2/0#mymaster", "redis-sentinel://***@h1:1,h2:2/0"],
    ["rediss-cluster://:s3cret@h1,[::1]:2", "rediss-cluster://***@h1,[::1]:2"],
    ["redis+unix://:s3cret@/run/redis.sock?db=1", "redis+unix://***@/run/redis.sock?db=1"],
    ["redis-sentinel://:s3cret@h", "redis-sentinel://***@h"],
    ["redis-sentinel://user:12/s3cret@h1,h2#m", "redis-sentinel://***@h1,h2"],
  ])("maskUrl() leaves the secret of %s out", (text, shown) => {
    expect(maskUrl(text)).toBe(shown);
  });

  test.each([
    ["no scheme", "default:s3cret@host:6379"],
    ["no scheme and no user", ":s3cret@host:6379"],
    ["no scheme and no password", "s3cret@host"],
    ["no scheme and no host", "default:s3cret"],
    ["a password in the place of the scheme", "s3cret://@host"],
    ["a password with a scheme's end in it", "s3cret://more@host"],
    ["no slashes", "redis:s3cret"],
    ["one slash", "redis:/user:s3cret@host"],
    ["no host", "redis://user:s3cret"],
    ["a slash in the password", "redis://user:s3/cret@host"],
    ["a slash in a password that begins as a port does", "redis://user:1234/s3cret@host/0"],
    ["a question mark in such a password", "redis://user:1234?s3cret@host/0"],
    ["a hash sign in such a password", "redis://user:1234#s3cret@host/0"],
    ["an at sign and a slash in the password", "redis://user:s3@cret/s3cret@host/0"],
    ["a slash in the user and no at sign", "rediss://us/er:s3cret.example:6379/1"],
    ["a blank in the host", "redis://user:s3cret@a host"],
    ["the words of libpq in its place", "host=db user=mosaic password=s3cret"],
    ["the words of another client in its place", "host,password=s3cret"],
    ["a socket in its place", "/run/redis.sock?password=s3cret"],
    ["a port out of range", "redis://user:s3cret@host:99999"],
    ["a port out of range among several hosts", "redis-cluster://user:s3cret@h1,h2:99999"],
  ])("maskUrl() shows nothing of a URL with %s", (_name, text) => {
    expect(maskUrl(text)).toBe(HIDDEN);
  });

  test("maskUrl() never shows a password, whatever it is made of and wherever it stands", () => {
    const symbols = fc.string({ unit: fc.constantFrom(..."/?#@:%&=+.[]\\ é123"), maxLength: 6 });
    const place = fc.constantFrom(
      (secret: string) => `redis://user:${secret}@host:6379/0`,
      (secret: string) => `redis://:${secret}@host`,
      (secret: string) => `rediss://${secret}@host/0`,
      (secret: string) => `redis:/user:${secret}@host`,
      (secret: string) => `user:${secret}@host:6379`,
      (secret: string) => `${secret}@host`,
      (secret: string) => `host=db password=${secret}`,
      (secret: string) => `host,password=${secret}`,
      (secret: string) => `redis://host/0?password=${secret}`,
      (secret: string) => `https://user:${secret}@host/path`,
    );
    fc.assert(
      fc.property(symbols, symbols, place, (before, after, put) => {
        const shown = maskUrl(put(`${before}s3cr${after}`));
        expect(shown).not.toContain("s3cr");
      }),
      { numRuns: 3000 },
    );
  });
});
