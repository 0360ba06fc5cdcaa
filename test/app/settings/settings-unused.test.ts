import { describe, expect, test } from "vitest";
import { type Environment, warnOfUnusedSettings } from "../../../src/app/settings/setting-values.ts";
import { parseSettings } from "../../../src/app/settings/settings.ts";

function warningsOf(environment: Environment): readonly string[] {
  const parsed = parseSettings(environment, { terminal: false });
  return parsed.kind === "settings" ? warnOfUnusedSettings(environment, parsed.settings) : [parsed.message];
}

const KEY = "a-key-of-the-tests-that-is-long-enough";

describe("warnOfUnusedSettings() of settings that do not go together", () => {
  test("warns of REDIS_URL without CACHE_BACKEND=redis, without showing it", () => {
    const REDIS_URL = "redis://user:planted-secret@127.0.0.1:6379/0";
    expect(warningsOf({ REDIS_URL })).toEqual([
      "REDIS_URL is not used: CACHE_BACKEND is local; set it to redis",
    ]);
    expect(warningsOf({ REDIS_URL, CACHE_BACKEND: "Redis" })).toEqual([]);
  });

  test.each(["none", "sha256"])(
    "warns of a signing key in the mode %s, which verifies nothing with it",
    (mode) => {
      const environment = {
        VIEWS_SIGNATURE_MODE: mode,
        VIEWS_SIGNATURE_KEY: KEY,
        VIEWS_SIGNATURE_KEYRING: "keys.json",
      };
      expect(warningsOf(environment)).toEqual(
        ["VIEWS_SIGNATURE_KEY", "VIEWS_SIGNATURE_KEYRING"].map(
          (name) =>
            `${name} is not used: VIEWS_SIGNATURE_MODE is ${mode}; set it to hmac to verify signatures`,
        ),
      );
      expect(warningsOf({ ...environment, VIEWS_SIGNATURE_MODE: "hmac" })).toEqual([]);
    },
  );

  test("refuses a port behind HOST, and takes addresses of IPv6", () => {
    expect(warningsOf({ HOST: "0.0.0.0:8000" })[0]).toContain(
      'HOST is "0.0.0.0:8000": expected a host name or address, such as 0.0.0.0, without the port, which is PORT',
    );
    for (const HOST of ["::", "::1", "fe80::1", "localhost"]) expect(warningsOf({ HOST })).toEqual([]);
  });
});
