import { describe, expect, test } from "vitest";
import { findYaml11Difference } from "../../../src/domain/view/yaml11-reading.ts";

/** What PyYAML 6.0.3 makes of plain scalars that YAML 1.2 takes for something else. */
const READINGS: Readonly<Record<string, readonly string[]>> = {
  "the boolean false": ["no", "No", "NO", "off", "Off", "OFF"],
  "the boolean true": ["yes", "Yes", "YES", "on", "On", "ON"],
  "the integer 10": ["012", "+012", "1__0"],
  "the integer -10": ["-012"],
  "the integer 511": ["0777"],
  "the integer 7": ["0_7"],
  "the integer 1000": ["1_000"],
  "the integer -1000": ["-1_000"],
  "the integer 1": ["1_"],
  "the integer 31": ["+0x1F", "0x_1F", "0x1_F"],
  "the integer -31": ["-0x1F"],
  "the integer 5": ["0b101"],
  "the integer -3": ["-0b1_1"],
  "the integer 90": ["1:30", "+1:30"],
  "the integer -90": ["-1:30"],
  "the integer 65": ["1:5"],
  "the integer 630": ["1_0:30"],
  "the integer 754": ["12:34"],
  "the integer 36000": ["10:00:00"],
  "the integer 685230": ["190:20:30"],
  "the float 90.5": ["1:30.5"],
  "the float 90": ["1:30."],
  "the float 30.5": ["0:30.5"],
  "the float -90.5": ["-1:30.5"],
  "the float 685230.15": ["190:20:30.15", "685_230.15"],
  "the float 1000.5": ["1_000.5"],
  "the float 10500": ["1_0.5e+3"],
  "the float 0.5": [".5_0"],
  "the float 1": ["1_."],
  "the float -10": ["-1_0.0"],
  "the date 2024-01-01": ["2024-01-01"],
  "the date 2024-01-01 10:00:00": ["2024-01-01 10:00:00"],
  "the date 2024-01-01T10:00:00Z": ["2024-01-01T10:00:00Z"],
  "the date 2024-01-01T10:00:00.25-03:00": ["2024-01-01T10:00:00.25-03:00"],
  "the date 2024-1-1t1:00:00.5 +05:30": ["2024-1-1t1:00:00.5 +05:30"],
  "the date 2001-12-14 21:59:43.10 -5": ["2001-12-14 21:59:43.10 -5"],
  text: [
    ...["08", "09", "-08", "0o17", "1e3", "1E3", "1e+3", "1e-3"],
    ...["1.5e3", "1.0E3", ".5e3", "1e400", "+.5", "-.5", "+.5e+3"],
  ],
  // It resolves these, has nothing to make of them as values, and gives the whole file up.
  "refused: it reads = as an indicator": ["="],
  "refused: it reads << as an indicator": ["<<"],
  "refused: it reads 2024-02-30 as a date or time that does not exist": ["2024-02-30"],
  "refused: it reads 2023-02-29 as a date or time that does not exist": ["2023-02-29"],
  "refused: it reads 2024-13-01 as a date or time that does not exist": ["2024-13-01"],
  "refused: it reads 0000-01-01 as a date or time that does not exist": ["0000-01-01"],
  "refused: it reads 2024-01-01T24:00:00Z as a date or time that does not exist": ["2024-01-01T24:00:00Z"],
  "refused: it reads 2024-01-01T10:00:00+24:00 as a date or time that does not exist": [
    "2024-01-01T10:00:00+24:00",
  ],
  "refused: 0b_ has no digits": ["0b_"],
  "refused: 0x_ has no digits": ["0x_"],
};

/** Scalars that PyYAML 6.0.3 reads as YAML 1.2 does: the same type, the same value. */
const AGREED = [
  ...["", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"],
  ...["nO", "oN", "y", "n", "Y", "N", "t", "nope", "only", "no way", "ticker", "view_fiis_info", "v1"],
  ...["0", "00", "-0", "+1", "1", "7", "-12", "2024", "0x1F", "0xff", "0o8", "00_8"],
  ...["9007199254740993", "123456789012345678901234567890"],
  ...["0X1F", "0B1", "0b2", "0b", "0x", "_1", "1_a", "1,000", "1-2", "1.2.3", "."],
  ...["1.0", "1.", "-1.", "+1.5", ".5", "-0.0", "1.5e+3", "1.5E-3", "012.5"],
  ...[".inf", "-.inf", "+.INF", ".iNF", ".nan", ".NaN", "-.nan"],
  ...["1:60", "0:30", "00:30", "2024-01", "2024-1-1", "24-01-01", "2024-01-01T10:00"],
];

const DIFFERENT = Object.entries(READINGS).flatMap(([reading, scalars]) =>
  scalars.map((scalar): readonly [string, string] => [scalar, reading]),
);

/** The other reading in words. */
function readingOf(scalar: string): string | undefined {
  const difference = findYaml11Difference(scalar);
  return difference?.kind === "refused" ? `refused: ${difference.reason.en}` : difference?.reading.en;
}

describe("findYaml11Difference()", () => {
  test("findYaml11Difference() is tested against more than 60 scalars of each kind", () => {
    expect(DIFFERENT.length).toBeGreaterThan(60);
    expect(AGREED.length).toBeGreaterThan(60);
  });

  test.each(DIFFERENT)("findYaml11Difference() takes %s for %s", (scalar, reading) => {
    expect(readingOf(scalar)).toBe(reading);
  });

  test.each(AGREED)("findYaml11Difference() finds that both readers agree on %j", (scalar) => {
    expect(findYaml11Difference(scalar)).toBeUndefined();
  });

  test("findYaml11Difference() looks at scalars of every length, and shows the start of long numbers", () => {
    expect(readingOf(`1_${"0".repeat(126)}`)).toBe(`the integer 1${"0".repeat(39)}…`);
    expect(readingOf(`1_${"0".repeat(127)}`)).toBe(`the integer 1${"0".repeat(39)}…`);
    expect(readingOf(`1_${"0".repeat(4_300)}`)).toBe("refused: a number has more than 4300 digits");
    expect(readingOf(`${"1:".repeat(500_000)}x`)).toBeUndefined();
  });
});
