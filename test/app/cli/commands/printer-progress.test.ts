import { describe, expect, test } from "vitest";
import { createProgressLine } from "../../../../src/app/cli/commands/catalog-commands.ts";
import { createPrinter } from "../../../../src/app/cli/commands/printer.ts";

function show(terminal: boolean, atMs: readonly number[]): string {
  const written: string[] = [];
  let nowMs = 0;
  const output = createPrinter({ terminal, write: (text: string) => written.push(text) });
  const progress = createProgressLine(output, { task: "Checking views", nowMs: () => nowMs });
  for (const [index, ms] of atMs.entries()) {
    nowMs = ms;
    progress.show(index + 1, 9);
  }
  progress.clear();
  return written.join("");
}

describe("createProgressLine()", () => {
  test("createProgressLine() shows on a terminal how far something long has come, and takes the line away", () => {
    expect(show(true, [100, 499, 500, 501, 599, 600])).toBe(
      "\r\u001b[KChecking views: 3 of 9\r\u001b[KChecking views: 6 of 9\r\u001b[K",
    );
  });

  test("createProgressLine() says nothing of what is soon done", () => {
    expect(show(true, [1, 2, 3])).toBe("");
  });

  test("createProgressLine() says nothing into a pipe", () => {
    expect(show(false, [100, 1000, 100_000])).toBe("");
  });
});
