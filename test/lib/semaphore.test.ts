import { expect, test } from "vitest";
import { createSemaphore } from "../../src/lib/semaphore.ts";

const full = (): Error => new Error("full");

test("acquire() lets as many go on as there are permits, and the others in their order", async () => {
  const semaphore = createSemaphore({ permits: 2, waitingMax: 100, createFullError: full });
  const acquired: number[] = [];
  const releases: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(async (index) => {
    releases[index] = await semaphore.acquire();
    acquired.push(index);
  });
  await Promise.all(all.slice(0, 2));
  expect(acquired).toEqual([0, 1]);
  releases[1]?.();
  await all[2];
  releases[2]?.();
  await all[3];
  expect(acquired).toEqual([0, 1, 2, 3]);
  releases[0]?.();
  releases[3]?.();
  await Promise.all([semaphore.acquire(), semaphore.acquire()]);
});

test("acquire() lets a bounded number wait", async () => {
  const semaphore = createSemaphore({ permits: 1, waitingMax: 100, createFullError: full });
  const release = await semaphore.acquire();
  const waiting = Array.from({ length: 100 }, () => semaphore.acquire());
  await expect(semaphore.acquire()).rejects.toThrow("full");
  release();
  for (const acquiring of waiting) (await acquiring)();
  (await semaphore.acquire())();
});
