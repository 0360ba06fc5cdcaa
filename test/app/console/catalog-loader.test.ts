import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createCatalogLoader } from "../../../src/app/console/catalog-loader.js";

const STARTS = [0, 2, 4, 6];
const EMPTY = { description: "", identifiers: [], columns: [], aliases: [], words: [] };

/** A service that answers as told, and notes what it was asked for. */
function scriptedService(hashes: { current: string }) {
  const asked: number[] = [];
  const progress: { hash: string; read: number }[] = [];
  const loader = createCatalogLoader(
    ({ hash, read }) => progress.push({ hash, read }),
    async (number: number) => {
      asked.push(number);
      const start = STARTS[number] ?? 0;
      const items = [0, 1].map((offset) => ({ ...EMPTY, entity: `view_${start + offset}` }));
      return { hash: hashes.current, total: 8, starts: STARTS, items };
    },
  );
  return { loader, asked, progress };
}

describe("createCatalogLoader()", () => {
  test("reads the first part alone until something else is looked at", async () => {
    const { loader, asked, progress } = scriptedService({ current: "a" });
    loader.open();
    await vi.waitFor(() => expect(progress).toEqual([{ hash: "a", read: 2 }]));
    loader.lookAt({ first: 5, end: 7 });
    await vi.waitFor(() => expect(progress.at(-1)?.read).toBe(6));
    expect(asked).toEqual([0, 2, 3]);
  });

  test("reads all once somebody searches, and begins once", async () => {
    const { loader, asked, progress } = scriptedService({ current: "a" });
    loader.open();
    loader.open();
    loader.wantAll();
    await vi.waitFor(() => expect(progress.at(-1)?.read).toBe(8));
    expect(asked).toEqual([0, 1, 2, 3]);
  });

  test("has several requests on their way when all is wanted, each part once", async () => {
    const asked: number[] = [];
    const answers: (() => void)[] = [];
    let read = 0;
    const starts = Array.from({ length: 9 }, (_, index) => index);
    const loader = createCatalogLoader(
      (catalog) => {
        read = catalog.read;
      },
      (number: number) =>
        new Promise((resolve) => {
          asked.push(number);
          const items = [{ ...EMPTY, entity: `view_${number}` }];
          answers.push(() => resolve({ hash: "a", total: 9, starts, items }));
        }),
    );
    loader.open();
    loader.wantAll();
    for (const count of [1, 5, 9]) {
      await vi.waitFor(() => expect(asked).toHaveLength(count));
      for (const answer of answers.splice(0)) answer();
    }
    await vi.waitFor(() => expect(read).toBe(9));
    expect(asked).toEqual(starts);
  });

  test("reads nothing for a page that shows no catalog", () => {
    const { loader, asked } = scriptedService({ current: "a" });
    loader.want("a");
    expect(asked).toEqual([]);
  });

  test("begins anew when another catalog is active, not when the same is told again", async () => {
    const hashes = { current: "a" };
    const { loader, asked, progress } = scriptedService(hashes);
    loader.open();
    await vi.waitFor(() => expect(progress).toHaveLength(1));
    loader.want("a");
    hashes.current = "b";
    loader.want("b");
    await vi.waitFor(() => expect(progress.at(-1)).toEqual({ hash: "b", read: 2 }));
    expect(asked).toEqual([0, 0]);
  });

  test("begins anew when a part is of another catalog", async () => {
    const hashes = { current: "a" };
    const { loader, progress } = scriptedService(hashes);
    loader.open();
    await vi.waitFor(() => expect(progress).toHaveLength(1));
    hashes.current = "b";
    loader.wantAll();
    await vi.waitFor(() => expect(progress.at(-1)).toEqual({ hash: "b", read: 8 }));
    expect(progress.filter(({ hash }) => hash === "a")).toHaveLength(1);
  });

  test("asks replicas that diverge and answer by turns again after pauses alone", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let asked = 0;
    const loader = createCatalogLoader(
      () => undefined,
      async () => {
        asked += 1;
        // It would be asked for ever.
        if (asked > 100) return new Promise(() => undefined);
        return { hash: asked % 2 === 0 ? "a" : "b", total: 8, starts: STARTS, items: [] };
      },
    );
    loader.wantAll();
    loader.open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toBeLessThan(20);
    expect(asked).toBeGreaterThan(4);
  });

  test("asks once more when the first part is not of the catalog that is said to be active, and then takes what it gets", async () => {
    const { loader, asked, progress } = scriptedService({ current: "a" });
    loader.open();
    loader.want("b");
    await vi.waitFor(() => expect(progress).toEqual([{ hash: "a", read: 2 }]));
    expect(asked).toEqual([0, 0]);
  });
});
