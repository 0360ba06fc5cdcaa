import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { callService } from "../../../../src/app/cli/commands/service-call.ts";
import { createOpenApiDocument } from "../../../../src/app/http/openapi/openapi-document.ts";

/** The URL of a service, and the path at which its route is. */
const BASES = [
  ["", "/admin/views/reload"],
  ["/", "/admin/views/reload"],
  ["/mosaic", "/mosaic/admin/views/reload"],
  ["/mosaic/", "/mosaic/admin/views/reload"],
  ["/a/b/c", "/a/b/c/admin/views/reload"],
  ["/mosaic?x=1#y", "/mosaic/admin/views/reload"],
  ["/mosa%2Fic", "/mosa%2Fic/admin/views/reload"],
] as const;

describe("a service behind a path", () => {
  test.each(BASES)("A7: callService() keeps the path of http://host%s", async (base, expected) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const call = { method: "POST", path: "/admin/views/reload", timeoutSeconds: 60 } as const;
    await callService({ base: `${origin}${base}`, adminToken: "t" }, call);
    server.closeAllConnections();
    server.close();
    expect(asked).toEqual([expected]);
  });

  test("A8: the API's description names its own place as the server", () => {
    const { servers } = createOpenApiDocument() as { readonly servers: readonly { readonly url: string }[] };
    for (const [place, server] of [
      ["http://host/openapi.json", "http://host/"],
      ["http://host/mosaic/openapi.json", "http://host/mosaic/"],
    ])
      expect(servers.map(({ url }) => new URL(url, place).href)).toEqual([server]);
  });
});
