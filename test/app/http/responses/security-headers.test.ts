import { describe, expect, test } from "vitest";
import { DATA_HEADERS, PAGE_HEADERS } from "../../../../src/app/http/responses/security-headers.ts";

// Other tests compare answers with these constants: what the constants hold is said here, word for word.

describe("DATA_HEADERS", () => {
  test("let a browser run, load, frame and guess nothing, and tell nobody where it came from", () => {
    expect(DATA_HEADERS).toEqual({
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });
});

describe("PAGE_HEADERS", () => {
  test("let a page load and ask this service alone, run nothing inline, and be framed and opened by nobody", () => {
    const { "content-security-policy": policy, ...others } = PAGE_HEADERS;
    expect(policy.split("; ").toSorted()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "manifest-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(others).toEqual({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });
});
