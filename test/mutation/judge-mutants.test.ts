import { describe, expect, test } from "vitest";
import { judgeMutants } from "./judge-mutants.ts";

const MUTANT = {
  file: "a.ts",
  line: "if (a < b)",
  place: "a.ts:1:5",
  original: "a < b",
  replacement: "a <= b",
};
const ROW = { file: "a.ts", line: "if (a < b)", replacement: "a <= b", reason: "they are never equal" };

describe("judgeMutants()", () => {
  test("judgeMutants() asks for a test for what survived or was not reached, and for nothing else", () => {
    const statuses = ["Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError", "Survived"];
    const tested = statuses.map((status, index) => ({ ...MUTANT, place: `a.ts:${index}:1`, status }));
    const { counts, survivors } = judgeMutants(tested, []);
    expect(counts).toEqual({ Killed: 1, Timeout: 1, Survived: 2, NoCoverage: 1, RuntimeError: 1 });
    expect(survivors.map(({ place }) => place)).toEqual(["a.ts:2:1", "a.ts:3:1", "a.ts:5:1"]);
  });

  test("judgeMutants() lets an equivalent mutant live, and no other of its line or its file", () => {
    const alive = { ...MUTANT, status: "Survived" };
    expect(judgeMutants([alive], [ROW])).toMatchObject({ survivors: [], stale: [] });
    for (const other of [{ replacement: "a > b" }, { line: "while (a < b)" }, { file: "b.ts" }]) {
      expect(judgeMutants([{ ...alive, ...other }], [ROW]).survivors).toHaveLength(1);
    }
  });

  test("judgeMutants() asks to remove a row that stands for no survivor of a file that was mutated", () => {
    const killed = { ...MUTANT, status: "Killed" };
    expect(judgeMutants([killed], [ROW]).stale).toEqual([ROW]);
    expect(judgeMutants([{ ...MUTANT, status: "Timeout" }], [ROW]).stale).toEqual([]);
    expect(judgeMutants([{ ...killed, file: "b.ts" }], [ROW]).stale).toEqual([]);
  });
});
