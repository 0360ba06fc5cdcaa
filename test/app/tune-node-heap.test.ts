import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { RUNTIMES } from "../support/runtimes.ts";

const MODULE = new URL("../../src/app/tune-node.ts", import.meta.url).href;
const node = RUNTIMES.find(({ name }) => name === "node");

/** The size of the young heap, in megabytes, after much that lived for a while. */
async function youngMegabytes(before: string): Promise<number> {
  const script = `${before}
    const { getHeapSpaceStatistics } = await import("node:v8");
    let kept = [];
    for (let index = 0; index < 3_000_000; index += 1) {
      kept.push({ index });
      if (kept.length > 100_000) kept = [];
    }
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    console.log(young.space_size / 1e6);`;
  const args = [...(node?.args ?? []), "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(node?.command ?? "node", args);
  return Number(stdout);
}

test("limitYoungHeap() keeps the young heap small, which grows otherwise", async () => {
  const limited = await youngMegabytes(`(await import(${JSON.stringify(MODULE)})).limitYoungHeap();`);
  expect(limited).toBeLessThan(12);
  expect(await youngMegabytes("")).toBeGreaterThan(2 * limited);
});
