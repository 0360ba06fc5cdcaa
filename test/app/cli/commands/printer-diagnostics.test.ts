import { describe, expect, test } from "vitest";
import { createPrinter, printDiagnostics } from "../../../../src/app/cli/commands/printer.ts";
import type { Diagnostic } from "../../../../src/domain/view/diagnostic.ts";

function diagnostic(file: string, line: number, code: Diagnostic["code"] = "yaml-syntax"): Diagnostic {
  const words = { message: "it is wrong", hint: "write it right" };
  return { severity: "error", code, file, line, column: 1, pointer: "", ...words };
}

async function print(diagnostics: readonly Diagnostic[], diagnosticsMax?: number) {
  const written: string[] = [];
  const asked: string[] = [];
  const deps = {
    readViewText: async (file: string) => {
      asked.push(file);
      return file === "gone" ? undefined : "one\ntwo\n";
    },
  };
  const output = createPrinter({ terminal: false, write: (text: string) => written.push(text) });
  await printDiagnostics(output, deps, diagnostics, diagnosticsMax === undefined ? {} : { diagnosticsMax });
  return { text: written.join(""), asked };
}

const line = (file: string, number: number, code = "yaml-syntax"): string =>
  `${file}:${number}:1: error: it is wrong; write it right [${code}]\n`;

describe("printDiagnostics()", () => {
  test("printDiagnostics() reads each file once, and does without one that has gone", async () => {
    const { text, asked } = await print([diagnostic("a", 1), diagnostic("a", 2), diagnostic("gone", 1)]);
    expect(asked).toEqual(["a", "gone"]);
    expect(text).toBe(
      `${line("a", 1)}  > 1 | one\n      | ^\n    2 | two\n\n${line("a", 2)}    1 | one\n  > 2 | two\n      | ^\n\n${line("gone", 1)}`,
    );
  });

  test("printDiagnostics() never reads what a diagnostic does not call a view file of the catalog", async () => {
    const codes = [
      "catalog-size",
      "file-encoding",
      "file-name",
      "file-size",
      "file-type",
      "link-outside",
      "no-views",
      "token-excess",
      "view-size",
    ] as const;
    const { text, asked } = await print(codes.map((code) => diagnostic("a", 1, code)));
    expect(asked).toEqual([]);
    expect(text).toBe(codes.map((code) => line("a", 1, code)).join(""));
  });

  test("printDiagnostics() counts what is more than asked for", async () => {
    const { text } = await print([diagnostic("gone", 1), diagnostic("gone", 2), diagnostic("gone", 3)], 1);
    expect(text).toBe(`${line("gone", 1)}and 2 more; mosaic validate shows them all\n`);
  });
});
