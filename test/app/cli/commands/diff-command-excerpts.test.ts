import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createVisibleExcerpt,
  createVisibleExcerpts,
} from "../../../../src/app/cli/commands/diff-command.ts";
import { findWordChanges } from "../../../../src/app/cli/commands/word-changes.ts";

const SAME = "the monthly dividends of all listed real estate funds, as they were paid out, ";

describe("createVisibleExcerpts()", () => {
  it("B10: cuts around the word that differs, however far behind the beginning it is", () => {
    const [before, after] = createVisibleExcerpts(
      `"${SAME}in reais of the day"`,
      `"${SAME}in dollars of the day"`,
    );
    expect([before, after]).toEqual([
      '…were paid out, in reais of the day"',
      '…were paid out, in dollars of the day"',
    ]);
  });

  it("B10: shows short texts whole", () => {
    expect(createVisibleExcerpts('"a"', '"b"')).toEqual(['"a"', '"b"']);
  });

  it("B10: cuts behind too", () => {
    const [before, after] = createVisibleExcerpts(`x${"a".repeat(200)}`, `y${"a".repeat(200)}`);
    expect([before, after]).toEqual([`x${"a".repeat(59)}…`, `y${"a".repeat(59)}…`]);
  });

  it("B10: keeps what moves a terminal's cursor out", () => {
    const [before, after] = createVisibleExcerpts(`${SAME}\u009b31m`, `${SAME}\u2028`);
    expect(`${before}${after}`).not.toMatch(/[\u009b\u2028]/);
  });

  it("B10: shows two different texts for any two that differ", () => {
    const text = fc.array(fc.constantFrom("dividend", "fund", " ", "ç", "😀", '"', "\n"), { maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (head, old, now) => {
        const before = [...head, ...old].join("");
        const after = [...head, ...now].join("");
        const [left, right] = createVisibleExcerpts(before, after);
        expect(left === right).toBe(before === after);
        for (const shown of [left, right]) expect(shown).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      }),
    );
  });
});

describe("createVisibleExcerpt()", () => {
  it("B10: shows the beginning", () => {
    expect(createVisibleExcerpt("a".repeat(61))).toBe(`${"a".repeat(60)}…`);
    expect(createVisibleExcerpt("a".repeat(60))).toBe("a".repeat(60));
  });
});

describe("findWordChanges()", () => {
  it("cuts long words around what differs", () => {
    const long = "a".repeat(100);
    expect(findWordChanges(`one ${long}b`, `one ${long}c`)).toEqual([
      { kind: "same", text: "one " },
      { kind: "removed", text: `…${"a".repeat(20)}b` },
      { kind: "added", text: `…${"a".repeat(20)}c` },
    ]);
  });
});
