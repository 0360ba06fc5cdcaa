import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../src/app/settings.ts";
import { createScriptedApi } from "../../support/scripted-api.ts";

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 40,
});

function ask(authorization: string, adminToken = "the-token") {
  return createScriptedApi({ adminToken }).send("/admin/replicas", { headers: { authorization } });
}

describe("requireToken()", () => {
  test("takes every token that the settings take", async () => {
    await fc.assert(
      fc.asyncProperty(visible, async (token) => {
        expect(parseSettings({ ADMIN_TOKEN: token }, { terminal: false }).kind).toBe("settings");
        expect((await ask(`Bearer ${token}`, token)).status).toBe(200);
      }),
      { examples: [["seg@do!"], ["a,b"], ["=="], ['"']] },
    );
  });

  test.each(["bearer the-token", "BEARER  the-token"])("takes %j", async (authorization) => {
    expect((await ask(authorization)).status).toBe(200);
  });

  test.each([
    ["", 401, 'Bearer realm="mosaic"'],
    ["Bearer the-token2", 401, 'Bearer error="invalid_token"'],
    ["Bearer the-token,Bearer", 401, 'Bearer error="invalid_token"'],
    ["the-token", 400, 'Bearer error="invalid_request"'],
    ["Bearer the token", 400, 'Bearer error="invalid_request"'],
    ["Basic dGhlLXRva2Vu", 400, 'Bearer error="invalid_request"'],
    ["Bearer t\u00e9", 400, 'Bearer error="invalid_request"'],
  ])("answers %j with %i", async (authorization, status, challenge) => {
    const answer = await ask(authorization);
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([status, challenge]);
  });
});
