import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: unknown;
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly datasource?: unknown }[] };
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly datasource: unknown; readonly expr: string }[];
  };
}

const FILE = resolve(import.meta.dirname, "../../deploy/grafana/mosaic.json");
const SOURCE = { type: "prometheus", uid: `\${datasource}` };
/** Those that Grafana still has; `graph`, `singlestat` and `table-old` it has no more. */
const TYPES: ReadonlySet<string> = new Set([
  "heatmap",
  "row",
  "stat",
  "state-timeline",
  "table",
  "timeseries",
]);
const COLUMNS = 24;

const dashboard = JSON.parse(await readFile(FILE, "utf8")) as Dashboard;
const { panels } = dashboard;
const shown = panels.filter(({ type }) => type !== "row");
const expressions = shown.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

describe("the dashboard", () => {
  test("has panels of types that Grafana still has, each with an id and a title of its own", () => {
    expect(panels.filter(({ type }) => !TYPES.has(type))).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  test("has no two panels in one place, and none beyond the grid", () => {
    const taken = new Map<string, string>();
    const clashes: string[] = [];
    for (const { title, gridPos } of panels) {
      const { x, y, w, h } = gridPos;
      if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > COLUMNS) clashes.push(`${title} leaves the grid`);
      for (let column = x; column < x + w; column++) {
        for (let row = y; row < y + h; row++) {
          const cell = `${column},${row}`;
          const other = taken.get(cell);
          if (other !== undefined) clashes.push(`${title} lies on ${other}`);
          taken.set(cell, title);
        }
      }
    }
    expect(clashes).toEqual([]);
  });

  test("asks the data source that was chosen, for variables that there are", () => {
    for (const { datasource } of [...shown, ...dashboard.annotations.list])
      expect(datasource).toEqual(SOURCE);
    const [first, ...others] = dashboard.templating.list;
    expect(first).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    for (const { datasource } of others) expect(datasource).toEqual(SOURCE);
    const variables = new Set(dashboard.templating.list.map(({ name }) => name));
    const used = expressions.flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name));
    expect(used.filter((name) => !name.startsWith("__") && !variables.has(name))).toEqual([]);
  });

  test("keeps every question to the fleet that was chosen, and each of a panel has its letter", () => {
    for (const expr of expressions) {
      const selectors = expr.match(/\b(?:mosaic|http_server)_\w+(?:\{[^}]*\})?/g) ?? [];
      expect(selectors.filter((selector) => !selector.includes('job="$job"'))).toEqual([]);
    }
    for (const { targets = [] } of shown) {
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });

  test("shows times in seconds and shares as shares", () => {
    const unitOf = (fits: (expr: string) => boolean): readonly (string | undefined)[] =>
      shown
        .filter(({ type, targets = [] }) => type !== "table" && targets.some(({ expr }) => fits(expr)))
        .map(({ fieldConfig }) => fieldConfig?.defaults?.unit);
    const times = unitOf((expr) => expr.startsWith("histogram_quantile") || expr.includes("_age_seconds"));
    expect(times.length).toBeGreaterThan(2);
    expect(new Set(times)).toEqual(new Set(["s"]));
    const shares = unitOf((expr) => / \/ /.test(expr));
    expect(shares.length).toBeGreaterThan(2);
    expect(new Set(shares)).toEqual(new Set(["percentunit"]));
  });

  test("marks reloads and activations", () => {
    const marks = dashboard.annotations.list.map(({ expr }) => expr);
    for (const metric of ["mosaic_views_reloaded_total", "mosaic_catalog_last_activation_timestamp_seconds"])
      expect(marks.some((expr) => expr.includes(metric))).toBe(true);
  });

  test("shows generations and divergence replica by replica", () => {
    for (const metric of [
      "mosaic_catalog_generation",
      "mosaic_replicas_divergent",
      "mosaic_catalog_disk_divergent",
    ])
      expect(
        shown.some(({ type, targets = [] }) =>
          targets.some(({ expr }) => type === "timeseries" && expr.includes(metric)),
        ),
      ).toBe(true);
  });
});
