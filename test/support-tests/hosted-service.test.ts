import { describe, expect, test } from "vitest";
import { startHostedService } from "../support/hosted-service.ts";
import { startOtlpReceiver } from "../support/otlp-receiver.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

describe.each(RUNTIMES)("startHostedService() on $name", (runtime) => {
  test("startHostedService() starts services side by side, each with its own settings, log and stop", async () => {
    await using views = await createViewsDirectory({ "alpha.yaml": viewYaml("a") });
    await using first = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    const second = await startHostedService({ runtime });
    await first.waitForLog(({ msg }) => msg === "Catalog activated");
    await second.stop();
    expect(second.logs().at(-1)?.msg).toBe("Stopped");
    await expect(sendRequest(second.url, "/healthz")).rejects.toThrow("ECONNREFUSED");
    expect((await sendRequest(first.url, "/views")).json()).toMatchObject({ items: [{ entity: "alpha" }] });
    const stopped = first.logs().filter(({ msg }) => msg === "Stopped");
    expect([stopped, first.stderr()]).toEqual([[], ""]);
  });

  test("startHostedService() rejects with the reason why a service does not start", async () => {
    await expect(startHostedService({ runtime, env: { PORT: "x" } })).rejects.toThrow("PORT");
    const taken = await startHostedService({ runtime });
    const port = new URL(taken.url).port;
    await expect(startHostedService({ runtime, env: { PORT: port } })).rejects.toThrow(
      /EADDRINUSE|AddrInUse/,
    );
    await taken.stop();
  });

  test("startHostedService() gives each service its own telemetry, one after the other", async () => {
    for (const team of ["first", "second"]) {
      await using receiver = await startOtlpReceiver();
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_METRICS_EXPORTER: "none",
        ...(team === "first" ? { OTEL_RESOURCE_ATTRIBUTES: "team=first" } : {}),
      };
      await using service = await startHostedService({ runtime, env });
      await expect(startHostedService({ runtime, env })).rejects.toThrow("Another service with telemetry");
      await sendRequest(service.url, "/views");
      await service.stop();
      const request = receiver.spans().find(({ name }) => name === "GET /views");
      expect(request?.resource.team).toBe(team === "first" ? "first" : undefined);
    }
  });
});
