import { describe, expect, test } from "vitest";
import { createLogOutput } from "../../../src/app/telemetry/log-output.ts";

const noteOf = (dropped: number): string => `dropped ${dropped}\n`;
const NEVER_MS = 600_000;

/** An output whose writes end when the test says so. */
function gatedOutput() {
  const written: string[] = [];
  const pending: PromiseWithResolvers<void>[] = [];
  const output = createLogOutput((text) => {
    written.push(text);
    const gate = Promise.withResolvers<void>();
    pending.push(gate);
    return gate.promise;
  }, noteOf);
  return { output, written, pending };
}

describe("A11: createLogOutput()", () => {
  test("A11: writes lines in order, all that have come meanwhile at once", async () => {
    const { output, written, pending } = gatedOutput();
    for (const line of ["1\n", "2\n", "3\n"]) output.stream.write(line);
    expect(written).toEqual(["1\n"]);
    pending[0]?.resolve();
    await expect.poll(() => written).toEqual(["1\n", "2\n3\n"]);
    pending[1]?.resolve();
    expect(await output.flush(NEVER_MS)).toBe(true);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])(
    "A11: writes a line that comes %i microtasks after the write before it has ended",
    async (microtasks) => {
      const { output, written, pending } = gatedOutput();
      output.stream.write("1\n");
      pending[0]?.resolve();
      for (let passed = 0; passed < microtasks; passed++) await Promise.resolve();
      output.stream.write("2\n");
      await expect.poll(() => written).toEqual(["1\n", "2\n"]);
    },
  );

  test("A11: keeps a bounded number of lines while nothing is written, and counts the others", async () => {
    const { output, written, pending } = gatedOutput();
    const line = `${"x".repeat(1023)}\n`;
    for (let count = 0; count < 5000; count++) output.stream.write(line);
    expect(written).toHaveLength(1);
    // One is under way, and a mebibyte waits.
    expect(output.countDropped()).toBe(5000 - 1 - 1024);
    expect(await output.flush(1)).toBe(false);
    pending[0]?.resolve();
    await expect.poll(() => written[1]?.startsWith(noteOf(5000 - 1 - 1024))).toBe(true);
  });

  test("A11: drops what cannot be written, goes on, and says how much is missing", async () => {
    const { output, written, pending } = gatedOutput();
    output.stream.write("1\n");
    pending[0]?.reject(new Error("ENOSPC"));
    expect(await output.flush(NEVER_MS)).toBe(true);
    expect(output.countDropped()).toBe(1);
    output.stream.write("2\n");
    pending[1]?.resolve();
    await output.flush(NEVER_MS);
    expect(written).toEqual(["1\n", "dropped 1\n2\n"]);
    output.stream.write("3\n");
    expect(written[2]).toBe("3\n");
  });
});
