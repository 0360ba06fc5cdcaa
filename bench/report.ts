import type { Comparison } from "./paired.ts";

/** What a figure should reach. */
export interface Goal {
  readonly target: number;
  readonly better: "higher" | "lower";
}

/** One line of the result; without a goal it only explains another. */
export interface Figure extends Comparison {
  readonly name: string;
  readonly goal: Goal | undefined;
}

/** Collects figures and prints them. */
export interface Report {
  add(name: string, comparison: Comparison, goal?: Goal): void;
  table(): string;
  /** Name → ratio, target and whether it was reached. */
  json(): string;
}

/** @param progress told of each figure as it is known */
export function createReport(progress: (line: string) => void): Report {
  const figures: Figure[] = [];
  return {
    add(name, comparison, goal) {
      const figure = { name, ...comparison, goal };
      figures.push(figure);
      progress(row(figure));
    },
    table: () => [row(undefined), ...figures.map(row)].join("\n"),
    json: () =>
      JSON.stringify(
        Object.fromEntries(
          figures.map(({ name, ratio, goal }) => [
            name,
            {
              ratio: Number(ratio.toFixed(3)),
              ...(goal && { target: goal.target, ok: reaches(ratio, goal) }),
            },
          ]),
        ),
      ),
  };
}

function reaches(ratio: number, { target, better }: Goal): boolean {
  return better === "lower" ? ratio <= target : ratio >= target;
}

function row(figure: Figure | undefined): string {
  if (figure === undefined) return columns("figure", "ratio", "min – max", "target", "");
  const { name, ratio, ratioMin, ratioMax, goal } = figure;
  const range = `${ratioMin.toFixed(2)} – ${ratioMax.toFixed(2)}`;
  if (goal === undefined) return columns(name, ratio.toFixed(2), range, "", "");
  const target = `${goal.better === "lower" ? "≤" : "≥"} ${goal.target}`;
  return columns(name, ratio.toFixed(2), range, target, reaches(ratio, goal) ? "ok" : "MISSED");
}

function columns(name: string, ratio: string, range: string, target: string, verdict: string): string {
  return `${name.padEnd(40)}${ratio.padStart(8)}  ${range.padEnd(16)}${target.padEnd(8)}${verdict}`.trimEnd();
}
