import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  BROADCAST_CASES,
  type BroadcastCase,
  type BroadcastHarness,
} from "../../src/conformance/broadcast-conformance.ts";
import { BROKEN_DELIVERIES } from "../../src/conformance/broken-broadcast-deliveries.ts";
import { BROKEN_REFUSALS } from "../../src/conformance/broken-broadcast-refusals.ts";
import { BROKEN_SUBSCRIPTIONS } from "../../src/conformance/broken-broadcast-subscriptions.ts";
import type { BroadcastPort } from "../../src/ports/broadcast-port.ts";
import { asInstance } from "../support/as-instance.ts";
import { openMemoryBroadcastHarness } from "../support/memory-broadcast-harness.ts";

const BROKEN_BROADCASTS = [...BROKEN_DELIVERIES, ...BROKEN_SUBSCRIPTIONS, ...BROKEN_REFUSALS];

describe("BROADCAST_CASES", () => {
  test("BROADCAST_CASES has a name of its own for each case", () => {
    const names = BROADCAST_CASES.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test("BROADCAST_CASES accepts a port that works", async () => {
    expect(await rejectingCases(() => (port) => ({ ...port }))).toEqual([]);
  });

  test.each(BROKEN_BROADCASTS)("BROADCAST_CASES rejects a port that $name", async ({ breakIt, caughtBy }) => {
    expect(await rejectingCases(breakIt)).toContain(caughtBy);
  });

  test.each(BROKEN_BROADCASTS)(
    "a port that $name has only this fault where the port is an instance of a class",
    async ({ breakIt }) => {
      const inInstances = (): ReturnType<typeof breakIt> => {
        const change = breakIt();
        return (port) => change(asInstance(port));
      };
      expect(await rejectingCases(inInstances)).toEqual(await rejectingCases(breakIt));
    },
  );

  test("BROADCAST_CASES has no case that catches nothing", () => {
    const catching = new Set(BROKEN_BROADCASTS.map(({ caughtBy }) => caughtBy));
    expect(BROADCAST_CASES.map(({ name }) => name).filter((name) => !catching.has(name))).toEqual([]);
  });
});

async function rejectingCases(
  breakIt: () => (port: BroadcastPort) => BroadcastPort,
): Promise<readonly string[]> {
  const rejecting: string[] = [];
  for (const broadcastCase of BROADCAST_CASES) {
    const harness = await openMemoryBroadcastHarness(breakIt());
    if (!(await accepts(broadcastCase, harness))) rejecting.push(broadcastCase.name);
    await harness.close().catch(() => undefined);
  }
  return rejecting;
}

/** In memory nothing waits for the outside: what has not ended when all is quiet never will. */
async function accepts({ run }: BroadcastCase, harness: BroadcastHarness): Promise<boolean> {
  const ended = run(harness).then(
    () => true,
    () => false,
  );
  return Promise.race([ended, nextTurn(false)]);
}
