import { expect, test } from "vitest";
import { createMemoryBroadcast } from "../../../src/adapters/memory/broadcast.ts";
import { recordListener } from "../../../src/conformance/broadcast-samples.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { describeBroadcast } from "../../support/describe-conformance.ts";
import { openMemoryBroadcastHarness } from "../../support/memory-broadcast-harness.ts";

describeBroadcast({ name: "createMemoryBroadcast()", open: () => openMemoryBroadcastHarness() });

test("createMemoryBroadcast() tells both ends of an outage that is over at once", async () => {
  const channel = createMemoryBroadcast();
  const port = channel.join();
  const listener = recordListener();
  port.subscribe(listener);
  await listener.untilCalled("connected");
  channel.cut();
  channel.heal();
  await port.publish(bytes("1"));
  await listener.untilCalled("message 1");
  expect(listener.calls).toEqual(["connected", "lost unavailable", "connected", "message 1"]);
});

test("createMemoryBroadcast() makes channels that share nothing", async () => {
  const [first, second] = [createMemoryBroadcast(), createMemoryBroadcast()];
  const listener = recordListener();
  first.join().subscribe(listener);
  await listener.untilCalled("connected");
  await second.join().publish(bytes("elsewhere"));
  await first.join().publish(bytes("here"));
  await listener.untilCalled("message here");
  expect(listener.calls).toEqual(["connected", "message here"]);
});
