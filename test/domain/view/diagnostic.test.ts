import { describe, expect, test } from "vitest";
import {
  compareDiagnostics,
  type Diagnostic,
  formatDiagnostic,
} from "../../../src/domain/view/diagnostic.ts";

const DIAGNOSTIC: Diagnostic = {
  severity: "error",
  code: "field-missing",
  file: "data/views/view_a.yaml",
  line: 3,
  column: 7,
  pointer: "/columns/0/name",
  message: '"columns/0/name" is missing',
  hint: "add name: ticker",
};

describe("formatDiagnostic()", () => {
  test("formatDiagnostic() writes place, severity, message, hint, code and pointer in one line", () => {
    const line =
      'data/views/view_a.yaml:3:7: error: "columns/0/name" is missing; add name: ticker [field-missing at /columns/0/name]';
    expect(formatDiagnostic(DIAGNOSTIC)).toBe(line);
  });

  test("formatDiagnostic() leaves out the pointer to the whole file", () => {
    const warning: Diagnostic = {
      ...DIAGNOSTIC,
      severity: "warning",
      code: "yaml-ambiguous",
      pointer: "",
      line: 1,
      column: 1,
      message: "YAML 1.1 readers read no as the boolean false",
      hint: "quote it",
    };
    expect(formatDiagnostic(warning)).toBe(
      "data/views/view_a.yaml:1:1: warning: YAML 1.1 readers read no as the boolean false; quote it [yaml-ambiguous]",
    );
  });
});

describe("compareDiagnostics()", () => {
  test("compareDiagnostics() orders by file, then line, then column, as numbers", () => {
    const places = [
      ["a.yaml", 2, 1],
      ["a.yaml", 2, 9],
      ["a.yaml", 2, 10],
      ["a.yaml", 10, 1],
      ["b.yaml", 1, 1],
      ["b/a.yaml", 1, 1],
    ] as const;
    const sorted = places.map(([file, line, column]): Diagnostic => ({ ...DIAGNOSTIC, file, line, column }));
    const shuffled = [3, 5, 0, 4, 2, 1].flatMap((index) => sorted[index] ?? []);
    expect(shuffled.sort(compareDiagnostics)).toEqual(sorted);
  });

  test("compareDiagnostics() leaves findings of one place in their order", () => {
    const other: Diagnostic = {
      ...DIAGNOSTIC,
      severity: "warning",
      code: "column-unknown",
      message: "a",
      pointer: "/a",
    };
    expect(compareDiagnostics(DIAGNOSTIC, other)).toBe(0);
    expect([DIAGNOSTIC, other].sort(compareDiagnostics)).toEqual([DIAGNOSTIC, other]);
    expect([other, DIAGNOSTIC].sort(compareDiagnostics)).toEqual([other, DIAGNOSTIC]);
  });
});
