import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectLasting, untilAgreed } from "../../support/agreement.ts";
import {
  type FleetReplica,
  type RunningFleet,
  requestReload,
  startFleet,
} from "../../support/running-fleet.ts";
import { RUNTIMES } from "../../support/runtimes.ts";
import { sendRequest } from "../../support/send-request.ts";
import { startTextGate, type TextGate } from "../../support/text-gate.ts";
import { viewYaml } from "../../support/views-directory.ts";

/** So many views that a held publication has some seconds before it is given up; each has this column. */
function viewsWith(column: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`view_${index}.yaml`, viewYaml("a", column)]),
  );
}

const HOLD_MS_MAX = 300;
/** On a busy machine another replica may take longer to publish. */
const ATTEMPTS_MAX = 10;

describe.each(RUNTIMES)("a fleet whose first replica runs on $name", (runtime) => {
  const opened = new AsyncDisposableStack();
  let fleet: RunningFleet;
  let gate: TextGate;
  let gated: FleetReplica;
  let other: FleetReplica;

  beforeAll(async () => {
    fleet = opened.use(
      await startFleet({
        size: 2,
        files: viewsWith("first"),
        runtime,
        async envOf(index, redis) {
          if (index !== 0) return {};
          gate = opened.use(await startTextGate({ targetPort: redis.port }));
          return { REDIS_URL: `redis://127.0.0.1:${gate.port}/0` };
        },
      }),
    );
    [gated, other] = fleet.replicas as [FleetReplica, FleetReplica];
  });
  afterAll(() => opened.disposeAsync());

  /** Resolves when the replica has answered, so that a request which was sent before has reached it too. */
  async function untilReached({ service }: FleetReplica): Promise<void> {
    for (let request = 0; request < 5; request++) await sendRequest(service.url, "/healthz");
  }

  test("A6: a reload that arrives after another one has read the disk gets a run of its own", async () => {
    await gated.views.replace(viewsWith("before_edit"));
    gate.holdAt("before_edit");
    const running = requestReload(gated);
    await gate.untilHeld();
    await gated.views.replace(viewsWith("edited"));
    const arrived = requestReload(gated);
    await untilReached(gated);
    gate.release();
    const [before, after] = await Promise.all([running, arrived]);
    expect(after.hash).not.toBe(before.hash);
    expect((await sendRequest(gated.service.url, "/views/view_0/columns")).json()).toMatchObject({
      columns: ["a", "edited"],
    });
    await expectLasting(fleet, after.hash);
  });

  test("A6: reloads that wait behind a run share the next one, which serves what each of them asked for", async () => {
    await gated.views.replace(viewsWith("run_one"));
    gate.holdAt("run_one");
    const running = requestReload(gated);
    await gate.untilHeld();
    await gated.views.replace(viewsWith("run_two"));
    const arrived = [requestReload(gated), requestReload(gated), requestReload(gated)];
    await untilReached(gated);
    gate.release();
    const before = await running;
    const hashes = new Set((await Promise.all(arrived)).map(({ hash }) => hash));
    expect(hashes.size).toBe(1);
    expect(hashes).not.toContain(before.hash);
    await untilAgreed(fleet, [...hashes][0] ?? "");
  });

  test("a reload that read the disk before another replica published reads it again", async () => {
    for (let attempt = 1; ; attempt++) {
      const [first, second] = [viewsWith(`first_${attempt}`), viewsWith(`second_${attempt}`)];
      await other.views.replace(second);
      await gated.views.replace(first);
      gate.holdAt(`first_${attempt}`);
      const late = requestReload(gated);
      await gate.untilHeld();
      const heldAtMs = performance.now();
      const [{ hash }] = await Promise.all([requestReload(other), gated.views.replace(second)]);
      gate.release();
      const heldMs = performance.now() - heldAtMs;
      const answer = await late;
      // A connection without any answer for longer is dropped, and the publication with it.
      if (heldMs > HOLD_MS_MAX && attempt < ATTEMPTS_MAX) continue;
      expect(answer).toMatchObject({ hash, published: true });
      await expectLasting(fleet, hash);
      return;
    }
  });
});
