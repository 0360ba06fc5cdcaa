import { expect, test } from "vitest";
import { failureOf } from "../../src/conformance/database-failure.ts";
import { createTurns } from "../../src/lib/semaphore.ts";

test("take() lets so many go on, and the others in their order", async () => {
  const turns = createTurns(2);
  const took: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(async (index) => {
    ends[index] = await turns.take();
    took.push(index);
  });
  await Promise.all(all.slice(0, 2));
  expect(took).toEqual([0, 1]);
  ends[1]?.();
  await all[2];
  ends[2]?.();
  await all[3];
  expect(took).toEqual([0, 1, 2, 3]);
  ends[0]?.();
  ends[3]?.();
  await Promise.all([turns.take(), turns.take()]);
});

test("take() lets a bounded number wait", async () => {
  const turns = createTurns(1);
  const end = await turns.take();
  const waiting = Array.from({ length: 100 }, () => turns.take());
  expect(await failureOf(turns.take())).toBe(
    "unavailable: Cannot ask the database: too many calls wait for a connection",
  );
  end();
  for (const turn of waiting) (await turn)();
  (await turns.take())();
});
