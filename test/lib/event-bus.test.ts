import { expect, test } from "vitest";
import { createEventBus } from "../../src/lib/event-bus.ts";

interface Events {
  readonly count: number;
  readonly text: string;
}

test("publish() calls the subscribers of its topic in their order, with the event", () => {
  const bus = createEventBus<Events>();
  const calls: unknown[] = [];
  bus.subscribe({
    count: [(event) => calls.push(["first", event]), (event) => calls.push(["second", event])],
  });
  bus.subscribe({ count: [(event) => calls.push(["third", event])], text: [(event) => calls.push(event)] });
  bus.publish("count", 1);
  bus.publish("text", "a");
  expect(calls).toEqual([["first", 1], ["second", 1], ["third", 1], "a"]);
});

test("publish() without a subscriber does nothing", () => {
  const bus = createEventBus<Events>();
  bus.publish("count", 1);
  bus.subscribe({ text: [] });
  bus.publish("text", "a");
  bus.publish("count", 1);
});
