import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findServer } from "../support/find-server.ts";
import { metricNames, readAlertRules, readDashboardExpressions } from "../support/monitored-metrics.ts";
import { type PrometheusServer, RULES_FILE, startPrometheus } from "../support/prometheus-server.ts";
import { runProgram } from "../support/run-program.ts";
import {
  type FleetReplica,
  type RunningFleet,
  reloadWith,
  said,
  startFleet,
} from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 20_000, interval: 100 };
const REQUEST_LABELS = ["http_request_method", "http_response_status_code", "http_route"];

/** Every metric: its type, and the labels that its series have besides those that Prometheus adds. */
const METRICS: Readonly<Record<string, readonly [type: string, ...labels: string[]]>> = {
  http_server_request_duration_seconds: ["histogram", ...REQUEST_LABELS],
  mosaic_announcements_total: ["counter", "announcement", "result"],
  mosaic_announcements_up: ["gauge"],
  mosaic_build_info: ["gauge", "runtime", "runtime_version", "version"],
  mosaic_cache_breaker_state: ["gauge", "state"],
  mosaic_cache_fallback_total: ["counter", "operation"],
  mosaic_cache_hit_total: ["counter", "kind"],
  mosaic_cache_miss_total: ["counter", "kind"],
  mosaic_cache_operation_duration_seconds: ["histogram", "operation", "result"],
  mosaic_cache_up: ["gauge"],
  mosaic_catalog_activations_total: ["counter", "reason", "result"],
  mosaic_catalog_disk_divergent: ["gauge"],
  mosaic_catalog_foreign: ["gauge"],
  mosaic_catalog_generation: ["gauge"],
  mosaic_catalog_repairs_delayed_total: ["counter"],
  mosaic_catalog_transfer_failures: ["gauge"],
  mosaic_catalog_unsigned_total: ["counter"],
  mosaic_catalog_info: ["gauge", "hash", "source"],
  mosaic_catalog_last_activation_timestamp_seconds: ["gauge"],
  mosaic_catalog_views: ["gauge"],
  mosaic_catalog_warnings: ["gauge"],
  mosaic_database_call_duration_seconds: ["histogram", "operation", "result"],
  mosaic_database_up: ["gauge"],
  mosaic_log_lines_dropped_total: ["counter"],
  mosaic_replicas: ["gauge"],
  mosaic_replicas_divergent: ["gauge"],
  mosaic_tickers: ["gauge"],
  mosaic_tickers_age_seconds: ["gauge"],
  mosaic_views_reloaded_total: ["counter"],
};

const FILES = { "view_a.yaml": viewYaml("a") };
const OTHER_FILES = { "view_a.yaml": viewYaml("a", "b"), "view_c.yaml": viewYaml("c") };
const DIVERGED_FILES = { "view_d.yaml": viewYaml("d") };

describe("Prometheus, scraping a replica on Node and one on Deno", () => {
  const opened = new AsyncDisposableStack();
  let fleet: RunningFleet;
  let first: FleetReplica;
  let second: FleetReplica;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    const [runtime] = RUNTIMES;
    if (runtime === undefined) throw new Error("There is no runtime");
    fleet = opened.use(await startFleet({ size: 2, files: FILES, runtime }));
    [first, second] = fleet.replicas as [FleetReplica, FleetReplica];
    const targets = fleet.replicas.map(({ service }) => service.url);
    prometheus = opened.use(await startPrometheus({ targets }));
    await vi.waitFor(
      async () => expect(onlyValue(await prometheus.query('sum(up{job="mosaic"})'))).toBe(2),
      WAIT,
    );
  });
  afterAll(() => opened.disposeAsync());

  const instance = ({ service }: FleetReplica): string => new URL(service.url).host;

  /** The value of a series of one replica, as Prometheus has it now. */
  async function sampleOf(replica: FleetReplica, series: string): Promise<number | undefined> {
    const [name = "", labels = ""] = series.split(/[{}]/);
    const selector = [`instance="${instance(replica)}"`, ...(labels === "" ? [] : [labels])].join(",");
    return onlyValue(await prometheus.query(`${name}{${selector}}`));
  }

  test.each(Object.entries(METRICS))("has %s from each replica as %j", async (name, [type, ...labels]) => {
    const metadata = (await prometheus.api(`targets/metadata?metric=${name}`)) as readonly {
      readonly type: string;
      readonly help: string;
      readonly target: Readonly<Record<string, string>>;
    }[];
    expect(metadata.map(({ target }) => target.instance).sort()).toEqual(
      [instance(first), instance(second)].sort(),
    );
    expect(metadata.map((entry) => entry.type)).toEqual([type, type]);
    expect(new Set(metadata.map(({ help }) => help)).size).toBe(1);
    expect(metadata[0]?.help).toMatch(/^[A-Z].{10,}[^.]$/);
    const sampled = type === "histogram" ? `${name}_count` : name;
    const series = (await prometheus.api(`series?match[]=${sampled}`)) as readonly Record<string, string>[];
    expect(new Set(series.map((found) => found.instance)).size).toBe(2);
    const added = new Set(["__name__", "instance", "job"]);
    for (const found of series) {
      const own = Object.keys(found).filter((label) => !added.has(label));
      // Requests that no route takes have none.
      expect(own.sort()).toEqual(
        found.http_route === undefined ? labels.filter((label) => label !== "http_route") : labels,
      );
    }
  });

  test("has no metric besides", async () => {
    const names = (await prometheus.api("label/__name__/values")) as readonly string[];
    const families = names.filter((name) => /^(?:mosaic|http)_/.test(name)).map(familyOf);
    expect([...new Set(families)].sort()).toEqual(Object.keys(METRICS).sort());
  });

  test("sees counters move by exactly what was done", async () => {
    const listed =
      'http_server_request_duration_seconds_count{http_route="/views",http_response_status_code="200"}';
    const shown =
      'http_server_request_duration_seconds_count{http_route="/views/:entity",http_response_status_code="200"}';
    const activated = (reason: string): string =>
      `mosaic_catalog_activations_total{result="activated",reason="${reason}"}`;
    const announced = (result: string): string =>
      `mosaic_announcements_total{announcement="catalog-published",result="${result}"}`;
    const expected: readonly (readonly [FleetReplica, string, number])[] = [
      [first, listed, 3],
      [second, listed, 0],
      [first, shown, 0],
      [second, shown, 2],
      [first, "mosaic_views_reloaded_total", 1],
      [second, "mosaic_views_reloaded_total", 0],
      [first, activated("reload"), 1],
      [first, activated("reconcile"), 0],
      [second, activated("reconcile"), 1],
      [first, 'mosaic_catalog_activations_total{result="refused",reason="invalid-catalog"}', 1],
      [first, announced("sent"), 1],
      [second, announced("heard"), 1],
      // D10: both have had the list since their start; the refresh is the one miss.
      [first, 'mosaic_cache_miss_total{kind="tickers"}', 1],
      [first, 'mosaic_cache_hit_total{kind="tickers"}', 0],
      [second, 'mosaic_cache_miss_total{kind="tickers"}', 0],
      [second, 'mosaic_cache_hit_total{kind="tickers"}', 0],
      [second, 'mosaic_cache_hit_total{kind="views"}', 1],
      [first, 'mosaic_cache_fallback_total{operation="publish"}', 0],
    ];
    const values = (): Promise<readonly number[]> =>
      Promise.all(expected.map(async ([replica, series]) => (await sampleOf(replica, series)) ?? 0));
    for (const replica of [first, second])
      await expect.poll(() => sampleOf(replica, "mosaic_tickers"), WAIT).toBe(320);
    const before = await values();

    for (let request = 1; request <= 3; request++) await sendRequest(first.service.url, "/views");
    for (let request = 1; request <= 2; request++) await sendRequest(second.service.url, "/views/view_a");
    await sendRequest(first.service.url, "/tickers");
    await sendRequest(second.service.url, "/tickers");
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    await sendRequest(first.service.url, "/admin/tickers/refresh", { method: "POST", headers });
    const hash = await reloadWith(first, OTHER_FILES);
    await second.service.waitForLog(said("Catalog activated", { views_hash: hash }));
    await expect(reloadWith(first, { "view_a.yaml": "columns: [a]\n" })).rejects.toThrow("422");

    const moved = async () => (await values()).map((value, index) => value - (before[index] ?? 0));
    await expect.poll(moved, WAIT).toEqual(expected.map(([, , by]) => by));
    expect(await sampleOf(second, "mosaic_catalog_views")).toBe(2);
    expect(await sampleOf(first, "mosaic_tickers")).toBe(320);
    // Counted once for all replicas, about every ten seconds.
    await expect.poll(() => sampleOf(first, "mosaic_replicas"), WAIT).toBe(2);
  });

  test("has an answer to every expression of the dashboard and of the rules", async () => {
    const rules = await readAlertRules();
    const expressions = [...(await readDashboardExpressions()), ...rules.map(({ expr }) => expr)];
    expect(expressions.length).toBeGreaterThan(30);
    for (const expression of expressions) await prometheus.query(expression);
    const evaluated = (await prometheus.api("rules")) as {
      readonly groups: readonly {
        readonly rules: readonly { readonly name: string; readonly health: string }[];
      }[];
    };
    const health = evaluated.groups.flatMap((group) => group.rules.map((rule) => [rule.name, rule.health]));
    expect(health).toEqual(rules.map(({ alert }) => [alert, "ok"]));
  });

  test("finds replicas that diverge, and forgets it when they agree again", async () => {
    const states = async (): Promise<readonly string[]> =>
      (await prometheus.alerts())
        .filter(({ labels }) => labels.alertname === "MosaicReplicasDiverge")
        .map(({ state, labels }) => `${state} ${labels.severity} ${labels.job}`);
    await expect.poll(states, WAIT).toEqual([]);
    await fleet.redis.kill();
    const hash = await reloadWith(first, DIVERGED_FILES);
    await expect.poll(states, WAIT).toEqual(["pending page mosaic"]);
    await fleet.redis.restart();
    await second.service.waitForLog(said("Catalog activated", { views_hash: hash }));
    await expect.poll(states, WAIT).toEqual([]);
  });

  test("promtool finds nothing to say of the metrics", async () => {
    const promtool = await findServer("promtool");
    for (const { service } of fleet.replicas) {
      const input = (await sendRequest(service.url, "/metrics")).text;
      const run = await runProgram(promtool, ["check", "metrics"], { input });
      expect(run).toEqual({ code: 0, stdout: "", stderr: "" });
    }
  });
});

describe("the alert rules and the dashboard", () => {
  test("promtool finds the rules right, and their unit tests pass", async () => {
    const promtool = await findServer("promtool");
    const rules = await readAlertRules();
    const checked = await runProgram(promtool, ["check", "rules", RULES_FILE]);
    expect([checked.code, checked.stderr]).toEqual([0, ""]);
    expect(checked.stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    const tested = await runProgram(promtool, ["test", "rules", RULES_FILE.replace(".yaml", ".test.yaml")]);
    expect([tested.code, tested.stderr]).toEqual([0, ""]);
    const config = resolve(RULES_FILE, "../prometheus.yaml");
    expect(await runProgram(promtool, ["check", "config", config])).toMatchObject({ code: 0, stderr: "" });
  });

  test("every metric that they name exists, and every metric is in one of them", async () => {
    const rules = await readAlertRules();
    const expressions = [...(await readDashboardExpressions()), ...rules.map(({ expr }) => expr)];
    const named = new Set(expressions.flatMap(metricNames).map(familyOf));
    expect([...named].sort()).toEqual(Object.keys(METRICS).sort());
  });

  test("docs/ops/alerts.md has a chapter for each alert, and the alert says which", async () => {
    const rules = await readAlertRules();
    const text = await readFile(resolve(RULES_FILE, "../../../docs/ops/alerts.md"), "utf8");
    const chapters = [...text.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(chapters.filter((name) => name?.startsWith("Mosaic"))).toEqual(rules.map(({ alert }) => alert));
    for (const { alert, labels, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/ops/alerts.md#${alert.toLowerCase()}`);
      expect(labels.severity).toMatch(/^(?:page|ticket)$/);
    }
  });
});

function onlyValue(samples: readonly { readonly value: number }[]): number | undefined {
  if (samples.length > 1) throw new Error(`${samples.length} series fit where one should`);
  return samples[0]?.value;
}

/** A histogram has three names to one metric. */
function familyOf(name: string): string {
  return name.replace(/(?<=_seconds)_(?:bucket|count|sum)$/, "");
}
