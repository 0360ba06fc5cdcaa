import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../support/runtimes.ts";
import { openRaw } from "../support/send-raw.ts";
import { sendRequest } from "../support/send-request.ts";
import { startService } from "../support/service-process.ts";

const GET = "GET /healthz HTTP/1.1\r\nHost: mosaic\r\n\r\n";

describe.each(RUNTIMES)("HTTP_DRAIN_DELAY on $name", (runtime) => {
  test("A9: /readyz answers 503 before the port is closed, and other routes go on", async () => {
    const service = await startService({ runtime, env: { HTTP_DRAIN_DELAY: "3600" } });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    expect((await sendRequest(service.url, "/readyz")).status).toBe(200);
    service.signal("SIGTERM");
    await service.waitForLog(({ msg }) => msg === "Stopping");
    const ready = await sendRequest(service.url, "/readyz");
    expect([ready.status, ready.json()]).toMatchObject([503, { reasons: ["The service is stopping"] }]);
    expect((await sendRequest(service.url, "/views")).status).toBe(200);
    // The second signal does not wait.
    service.signal("SIGTERM");
    expect((await service.exited).code).toBe(1);
  });

  test("A9: the service ends well after the delay", async () => {
    const service = await startService({ runtime, env: { HTTP_DRAIN_DELAY: "0.2" } });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.logs().at(-1)?.msg).toBe("Stopped");
  });
});

describe("HTTP_IDLE_TIMEOUT on node", () => {
  test("A10: is the time after which an idle connection is closed", async () => {
    const [node] = RUNTIMES;
    if (node === undefined) throw new Error("There is no Node");
    await using service = await startService({ runtime: node, env: { HTTP_IDLE_TIMEOUT: "1" } });
    const idle = openRaw(service.url, GET);
    const [answer] = (await once(idle, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/Keep-Alive: timeout=1\r\n/);
    idle.resume();
    await once(idle, "close");
  });

  test("A10: reaches the time of Google Cloud's balancers", async () => {
    const [node] = RUNTIMES;
    if (node === undefined) throw new Error("There is no Node");
    await using service = await startService({ runtime: node, env: { HTTP_IDLE_TIMEOUT: "620" } });
    const idle = openRaw(service.url, GET);
    const [answer] = (await once(idle, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/Keep-Alive: timeout=620\r\n/);
    idle.destroy();
  });
});
