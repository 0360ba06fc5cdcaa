import {
  BROADCAST_MESSAGE_BYTES_MAX,
  BroadcastError,
  type BroadcastErrorCode,
  type BroadcastOperation,
} from "../ports/broadcast-port.ts";
import type { BroadcastCase } from "./broadcast-conformance.ts";
import { failureOf, joinListening, publishAndWait, recordListener } from "./broadcast-samples.ts";
import { bytes } from "./cache-samples.ts";
import { expect } from "./expect.ts";

export const REFUSAL_CASES: readonly BroadcastCase[] = [
  {
    name: "publish() rejects a message that is too large, and delivers no part of it",
    async run(harness) {
      const member = await joinListening(harness);
      for (const size of [BROADCAST_MESSAGE_BYTES_MAX + 1, 1024 * 1024]) {
        const error = await failureOf(() => member.port.publish(new Uint8Array(size)));
        expectFailure(error, "publish", "too-large");
      }
      await publishAndWait("end", member);
      expect(member.listener.calls).toEqual(["connected", "message end"]);
    },
  },
  {
    name: "publish() with an aborted signal fails with the code aborted, and delivers nothing",
    async run(harness) {
      const member = await joinListening(harness);
      const reason = new Error("The caller has left");
      const signal = AbortSignal.abort(reason);
      const error = await failureOf(() => member.port.publish(bytes("1"), { signal }));
      expectFailure(error, "publish", "aborted");
      expect(error).toMatchObject({ cause: reason });
      await publishAndWait("end", member);
      expect(member.listener.calls).toEqual(["connected", "message end"]);
    },
  },
  {
    name: "a signal that never fires, or fires after the call, has no effect",
    async run(harness) {
      const member = await joinListening(harness);
      const controller = new AbortController();
      await member.port.publish(bytes("1"), { signal: controller.signal });
      controller.abort();
      await publishAndWait("end", member);
      expect(member.listener.calls).toEqual(["connected", "message 1", "message end"]);
    },
  },
  {
    name: "subscribe() rejects a second listener, and keeps the first one",
    async run(harness) {
      const member = await joinListening(harness);
      const second = recordListener();
      expect(await failureOf(() => member.port.subscribe(second))).toBeInstanceOf(TypeError);
      await publishAndWait("1", member);
      expect(member.listener.calls).toEqual(["connected", "message 1"]);
      expect(second.calls).toEqual([]);
    },
  },
  {
    name: "close() ends delivery at once, for this port only",
    async run(harness) {
      const [closing, witness] = [await joinListening(harness), await joinListening(harness)];
      await publishAndWait("before", witness, closing);
      const pending = witness.port.publish(bytes("pending"));
      const ended = closing.port.close();
      await Promise.all([pending, ended]);
      for (const text of ["1", "2", "3"]) await publishAndWait(text, witness);
      expect(closing.listener.calls).toEqual(["connected", "message before"]);
    },
  },
  {
    name: "publish() and subscribe() fail with the code closed after close()",
    async run(harness) {
      const witness = await joinListening(harness);
      const port = await harness.join();
      const closing = port.close();
      for (const time of ["during", "after"]) {
        expectFailure(await failureOf(() => port.publish(bytes(time))), "publish", "closed");
        expectFailure(await failureOf(() => port.subscribe(recordListener())), "subscribe", "closed");
        await closing;
      }
      await publishAndWait("end", witness);
      expect(witness.listener.calls).toEqual(["connected", "message end"]);
    },
  },
  {
    name: "close() may be repeated, and may come before connected()",
    async run(harness) {
      const witness = await joinListening(harness);
      const port = await harness.join();
      const listener = recordListener();
      port.subscribe(listener);
      await Promise.all([port.close(), port.close()]);
      await port.close();
      for (const text of ["1", "2", "3"]) await publishAndWait(text, witness);
      expect(listener.calls).toEqual([]);
    },
  },
];

function expectFailure(error: unknown, operation: BroadcastOperation, code: BroadcastErrorCode): void {
  expect(error).toBeInstanceOf(BroadcastError);
  expect(error).toMatchObject({ operation, code });
}
