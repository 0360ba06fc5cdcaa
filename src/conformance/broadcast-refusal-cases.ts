import {
  BROADCAST_MESSAGE_BYTES_MAX,
  BroadcastError,
  type BroadcastErrorCode,
  type BroadcastOperation,
} from "../ports/broadcast-port.ts";
import type { BroadcastCase } from "./broadcast-conformance.ts";
import { bytes, failureOf, joinListening, recordListener, settle } from "./broadcast-samples.ts";
import { expect } from "./expect.ts";

/** What a port must not do. */
export const REFUSAL_CASES: readonly BroadcastCase[] = [
  {
    name: "publish() refuses a message that is too large, and delivers nothing of it",
    async run(harness) {
      const member = await joinListening(harness);
      for (const size of [BROADCAST_MESSAGE_BYTES_MAX + 1, 1024 * 1024]) {
        const error = await failureOf(() => member.port.publish(new Uint8Array(size)));
        expectFailure(error, "publish", "too-large");
      }
      await settle("end", member);
      expect(member.listener.heard).toEqual(["connected", "message end"]);
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
      await settle("end", member);
      expect(member.listener.heard).toEqual(["connected", "message end"]);
    },
  },
  {
    name: "a signal that does not fire changes nothing, nor does one that fires afterwards",
    async run(harness) {
      const member = await joinListening(harness);
      const controller = new AbortController();
      await member.port.publish(bytes("1"), { signal: controller.signal });
      controller.abort();
      await settle("end", member);
      expect(member.listener.heard).toEqual(["connected", "message 1", "message end"]);
    },
  },
  {
    name: "subscribe() refuses a second listener, and keeps the first",
    async run(harness) {
      const member = await joinListening(harness);
      const second = recordListener();
      expect(await failureOf(() => member.port.subscribe(second))).toBeInstanceOf(TypeError);
      await settle("1", member);
      expect(member.listener.heard).toEqual(["connected", "message 1"]);
      expect(second.heard).toEqual([]);
    },
  },
  {
    name: "close() ends delivery at once, for this port only",
    async run(harness) {
      const [closing, witness] = [await joinListening(harness), await joinListening(harness)];
      await settle("before", witness, closing);
      const onItsWay = witness.port.publish(bytes("on its way"));
      const ended = closing.port.close();
      await Promise.all([onItsWay, ended]);
      for (const text of ["1", "2", "3"]) await settle(text, witness);
      expect(closing.listener.heard).toEqual(["connected", "message before"]);
    },
  },
  {
    name: "close() lets publish() and subscribe() fail with the code closed",
    async run(harness) {
      const witness = await joinListening(harness);
      const port = await harness.join();
      const closing = port.close();
      for (const time of ["during", "after"]) {
        expectFailure(await failureOf(() => port.publish(bytes(time))), "publish", "closed");
        expectFailure(await failureOf(() => port.subscribe(recordListener())), "subscribe", "closed");
        await closing;
      }
      await settle("end", witness);
      expect(witness.listener.heard).toEqual(["connected", "message end"]);
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
      for (const text of ["1", "2", "3"]) await settle(text, witness);
      expect(listener.heard).toEqual([]);
    },
  },
];

function expectFailure(error: unknown, operation: BroadcastOperation, code: BroadcastErrorCode): void {
  expect(error).toBeInstanceOf(BroadcastError);
  expect(error).toMatchObject({ operation, code });
}
