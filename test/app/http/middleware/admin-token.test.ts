import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { requireToken } from "../../../../src/app/http/middleware/admin-token.ts";
import type { HttpEnv } from "../../../../src/app/http/responses/request-context.ts";
import { parseSettings } from "../../../../src/app/settings/settings.ts";

/** All characters that ADMIN_TOKEN may have. */
const VISIBLE = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index)).join("");

async function ask(adminToken: string, authorization: string | undefined): Promise<Response> {
  const app = new Hono<HttpEnv>();
  app.use(
    "*",
    requireToken((token) => token === adminToken),
  );
  app.get("/", (context) => context.text("let in"));
  const header = (name: string) => (name === "authorization" ? authorization : undefined);
  return app.fetch(new Request("http://mosaic/"), { requestId: "a", header, route: undefined });
}

describe("requireToken()", () => {
  test("takes every token that the settings take", async () => {
    for (const token of [VISIBLE, ...VISIBLE, "t0k3n!~", "=", "==a", "t".repeat(1024)]) {
      expect([token, parseSettings({ ADMIN_TOKEN: token }, { terminal: false }).kind]).toEqual([
        token,
        "settings",
      ]);
      const answers = [await ask(token, `Bearer ${token}`), await ask(token, `bearer   ${token}`)];
      expect([token, ...answers.map(({ status }) => status)]).toEqual([token, 200, 200]);
    }
  });

  test.each([
    [undefined, 401, 'Bearer realm="mosaic"'],
    ["", 401, 'Bearer realm="mosaic"'],
    ["Bearer other", 401, 'Bearer error="invalid_token"'],
    ["Bearer right, Bearer right", 400, 'Bearer error="invalid_request"'],
    ["Bearer right right", 400, 'Bearer error="invalid_request"'],
    ["Bearer\tright", 400, 'Bearer error="invalid_request"'],
    ["Bearer right\u00e9", 400, 'Bearer error="invalid_request"'],
    ["Bearerright", 400, 'Bearer error="invalid_request"'],
    ["Bearer ", 400, 'Bearer error="invalid_request"'],
    ["Basic right", 400, 'Bearer error="invalid_request"'],
    ["right", 400, 'Bearer error="invalid_request"'],
  ])(
    "answers the Authorization %j with %s, and hands nothing on",
    async (authorization, status, challenge) => {
      const answer = await ask("right", authorization);
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([status, challenge]);
      expect(await answer.text()).not.toContain("let in");
    },
  );
});
