import type { Comparison } from "./paired.ts";

/** What a figure should reach. */
export interface Goal {
  readonly target: number;
  readonly better: "higher" | "lower";
}

/** One line of the result. */
export interface Figure extends Comparison, Goal {
  readonly name: string;
  readonly ok: boolean;
}

/** Collects figures and prints them. */
export interface Report {
  add(name: string, comparison: Comparison, goal: Goal): void;
  table(): string;
  /** Name → ratio, target and whether it was reached. */
  json(): string;
}

/** @param progress told of each figure as it is known */
export function createReport(progress: (line: string) => void): Report {
  const figures: Figure[] = [];
  return {
    add(name, comparison, goal) {
      const ok = goal.better === "lower" ? comparison.ratio <= goal.target : comparison.ratio >= goal.target;
      const figure = { name, ...comparison, ...goal, ok };
      figures.push(figure);
      progress(row(figure));
    },
    table: () => [row(undefined), ...figures.map(row)].join("\n"),
    json: () =>
      JSON.stringify(
        Object.fromEntries(
          figures.map(({ name, ratio, target, ok }) => [
            name,
            { ratio: Number(ratio.toFixed(3)), target, ok },
          ]),
        ),
      ),
  };
}

function row(figure: Figure | undefined): string {
  if (figure === undefined) return columns("figure", "ratio", "min – max", "target", "");
  const { name, ratio, ratioMin, ratioMax, target, better, ok } = figure;
  const range = `${ratioMin.toFixed(2)} – ${ratioMax.toFixed(2)}`;
  return columns(
    name,
    ratio.toFixed(2),
    range,
    `${better === "lower" ? "≤" : "≥"} ${target}`,
    ok ? "ok" : "MISSED",
  );
}

function columns(name: string, ratio: string, range: string, target: string, verdict: string): string {
  return `${name.padEnd(36)}${ratio.padStart(8)}  ${range.padEnd(16)}${target.padEnd(8)}${verdict}`.trimEnd();
}
