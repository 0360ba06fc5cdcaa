import { describe, expect, test } from "vitest";
import { createMovableClocks } from "../support/faults/movable-clocks.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, type ServiceProcess, startService } from "../support/service-process.ts";

const DAY_MS = 86_400_000;
const RELOAD = { method: "POST", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

/** How far the service's wall clock is off, as a new activation tells. */
async function offsetDays({ url }: ServiceProcess): Promise<number> {
  await sendRequest(url, "/admin/views/reload", RELOAD);
  const { components } = (await sendRequest(url, "/readyz")).json() as {
    readonly components: { readonly catalog: { readonly activatedAt: string } };
  };
  const days = (Date.parse(components.catalog.activatedAt) - Date.now()) / DAY_MS;
  // Not to be -0.
  return Math.round(days) + 0;
}

describe.each(RUNTIMES)("createMovableClocks() on $name", (runtime) => {
  test("createMovableClocks() sets a service's clock, at its start and while it runs", async () => {
    await using clocks = await createMovableClocks();
    await clocks.shift(-DAY_MS, []);
    await using service = await startService({ runtime: clocks.on(runtime), env: clocks.env });
    const offset = { timeout: 10_000 };
    await expect.poll(() => offsetDays(service), offset).toBe(-1);
    await clocks.shift(DAY_MS, [service]);
    await expect.poll(() => offsetDays(service), offset).toBe(1);
    await clocks.shift(0, [service]);
    await expect.poll(() => offsetDays(service), offset).toBe(0);
    expect(service.stderr()).toBe("");
  });
});
