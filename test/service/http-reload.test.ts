import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemorySource } from "../../src/adapters/memory/source.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { type Answer, type RequestOptions, sendRequest } from "../support/send-request.ts";
import { COMBINATIONS, type RunningCombination, startCombination } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const FIRST = {
  "kept.yaml": viewYaml("a", "b"),
  "changed.yaml": viewYaml("a"),
  "removed.yaml": viewYaml("a"),
};
const SECOND = {
  "kept.yaml": viewYaml("a", "b"),
  "changed.yaml": viewYaml("b"),
  "added.yaml": viewYaml("a"),
};
const CHANGES = ["/columns/0", "/identifiers/0"].map((pointer) => ({
  kind: "changed",
  pointer,
  before: '"a"',
  after: '"b"',
}));
const RELOADED = "mosaic_views_reloaded_total";

/** What contract section 10 names, and what tells of the fleet and of the shared cache. */
const METRIC_NAMES = [
  "http_server_request_duration_seconds_bucket",
  "http_server_request_duration_seconds_count",
  "http_server_request_duration_seconds_sum",
  "mosaic_announcements_total",
  "mosaic_announcements_up",
  "mosaic_build_info",
  "mosaic_cache_breaker_state",
  "mosaic_cache_fallback_total",
  "mosaic_cache_hit_total",
  "mosaic_cache_miss_total",
  "mosaic_cache_operation_duration_seconds_bucket",
  "mosaic_cache_operation_duration_seconds_count",
  "mosaic_cache_operation_duration_seconds_sum",
  "mosaic_cache_up",
  "mosaic_catalog_activations_total",
  "mosaic_catalog_disk_divergent",
  "mosaic_catalog_foreign",
  "mosaic_catalog_generation",
  "mosaic_catalog_info",
  "mosaic_catalog_last_activation_timestamp_seconds",
  "mosaic_catalog_repairs_delayed_total",
  "mosaic_catalog_transfer_failures",
  "mosaic_catalog_unsigned_total",
  "mosaic_catalog_views",
  "mosaic_catalog_warnings",
  "mosaic_database_call_duration_seconds_bucket",
  "mosaic_database_call_duration_seconds_count",
  "mosaic_database_call_duration_seconds_sum",
  "mosaic_database_up",
  "mosaic_log_lines_dropped_total",
  "mosaic_replicas",
  "mosaic_replicas_divergent",
  "mosaic_tickers",
  "mosaic_tickers_age_seconds",
  "mosaic_views_reloaded_total",
];

const REFUSALS = [
  ...["bad-hash", "bad-json", "bad-list", "bad-mark", "hash-mismatch"],
  ...["invalid-entity", "invalid-view"],
  ...["missing-hash", "missing-list", "missing-view"],
  ...["aborted", "busy", "closed", "rejected", "timeout", "too-large", "unavailable"].map(
    (code) => `cache-${code}`,
  ),
  ...["aborted", "changing", "not-found", "unreadable"].map((code) => `source-${code}`),
  ...["foreign-fleet", "generation-conflict", "manifest-malformed", "manifest-missing", "manifest-stripped"],
  ...["manifest-too-large", "manifest-unchecked", "rollback", "signature-invalid"],
  ...["signed-hash-mismatch", "signed-view-absent", "signed-view-changed", "view-not-signed"],
  ...["invalid-catalog", "signing-keys-unusable"],
];

function reloadsBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  return (after.get(RELOADED) ?? 0) - (before.get(RELOADED) ?? 0);
}

async function hashOf(files: Readonly<Record<string, string>>): Promise<string> {
  const load = await createMemorySource(files).load();
  if (load.kind !== "loaded") throw new Error("These views are invalid");
  return load.catalog.hash;
}

describe.each(COMBINATIONS)("createHttpApp() with $name", (combination) => {
  let running: RunningCombination;
  let views: ViewsDirectory;
  let firstHash: string;
  let secondHash: string;
  const send = (path: string, options?: RequestOptions): Promise<Answer> =>
    sendRequest(running.service.url, path, options);
  const reload = (): Promise<Answer> =>
    send("/admin/views/reload", {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "x-request-id": "reload" },
    });
  const metrics = async (): Promise<ReadonlyMap<string, number>> =>
    readMetrics((await send("/metrics")).text);

  beforeAll(async () => {
    [firstHash, secondHash] = await Promise.all([hashOf(FIRST), hashOf(SECOND)]);
    views = await createViewsDirectory(FIRST);
    running = await startCombination(combination, { VIEWS_DIR: views.path });
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await views?.[Symbol.asyncDispose]();
  });
  /** Every test begins with the first catalog, on the service that they share. */
  beforeEach(async () => {
    await views.replace(FIRST);
    if ((await send("/views")).headers.etag !== `"${firstHash}"`) await reload();
  });

  // The first test: it reads the counters of a service that has just started.
  test("GET /metrics has every series from the first scrape on", async () => {
    const first = await send("/metrics");
    expect(first.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    const names = new Set([...readMetrics(first.text).keys()].map((key) => key.split("{", 1)[0]));
    expect([...names].sort()).toEqual(METRIC_NAMES);
    // D10: they are loaded without a request for them.
    await expect.poll(async () => (await metrics()).get("mosaic_tickers"), { timeout: 20_000 }).toBe(320);
    const series = await metrics();
    const ready = (await send("/readyz")).json() as { components: { catalog: { activatedAt: string } } };
    const activatedSeconds = Date.parse(ready.components.catalog.activatedAt) / 1000;
    expect(series.get("mosaic_catalog_last_activation_timestamp_seconds")).toBe(activatedSeconds);
    const operations = ["delete", "get", "getWithTtl", "getMany", "publish", "set"];
    const timed = [...series.keys()].filter((key) =>
      key.startsWith("mosaic_cache_operation_duration_seconds_count"),
    );
    expect(timed).toEqual(
      expect.arrayContaining(
        operations.map(
          (operation) =>
            `mosaic_cache_operation_duration_seconds_count{operation="${operation}",result="ok"}`,
        ),
      ),
    );
    const rest = [...series].filter(([key]) => !/duration|timestamp|announcements|build_info/.test(key));
    expect(Object.fromEntries(rest)).toEqual({
      mosaic_cache_up: 1,
      'mosaic_cache_breaker_state{state="closed"}': 1,
      'mosaic_cache_breaker_state{state="half-open"}': 0,
      'mosaic_cache_breaker_state{state="open"}': 0,
      ...Object.fromEntries(
        operations.map((operation) => [`mosaic_cache_fallback_total{operation="${operation}"}`, 0]),
      ),
      mosaic_log_lines_dropped_total: 0,
      mosaic_replicas: 1,
      mosaic_replicas_divergent: 0,
      'mosaic_cache_hit_total{kind="tickers"}': 0,
      'mosaic_cache_hit_total{kind="views"}': 0,
      'mosaic_cache_miss_total{kind="tickers"}': 1,
      'mosaic_cache_miss_total{kind="views"}': 1,
      'mosaic_catalog_activations_total{result="activated",reason="preload"}': 1,
      'mosaic_catalog_activations_total{result="activated",reason="reconcile"}': 0,
      'mosaic_catalog_activations_total{result="activated",reason="reload"}': 0,
      ...Object.fromEntries(
        REFUSALS.map((reason) => [
          `mosaic_catalog_activations_total{result="refused",reason="${reason}"}`,
          0,
        ]),
      ),
      mosaic_catalog_disk_divergent: 0,
      mosaic_catalog_foreign: 0,
      mosaic_catalog_generation: 0,
      mosaic_catalog_repairs_delayed_total: 0,
      mosaic_catalog_transfer_failures: 0,
      mosaic_catalog_unsigned_total: 0,
      [`mosaic_catalog_info{hash="${firstHash}",source="disk"}`]: 1,
      mosaic_catalog_views: 3,
      mosaic_catalog_warnings: 0,
      mosaic_database_up: 1,
      mosaic_tickers: 320,
      mosaic_tickers_age_seconds: expect.any(Number),
      [RELOADED]: 0,
    });
  });

  test("POST /admin/views/reload?dryRun=true answers what a reload would do, and does nothing", async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const preview = (query = "dryRun=true"): Promise<Answer> =>
      send(`/admin/views/reload?${query}`, { method: "POST", headers });
    const before = await metrics();
    const logged = running.service.logs().length;
    await views.replace(SECOND);
    const previewed = await preview();
    expect([previewed.status, previewed.json()]).toEqual([
      200,
      {
        status: "ok",
        ...{ hash: secondHash, previousHash: firstHash, generation: null, items: 3 },
        changes: { added: ["added"], removed: ["removed"], changed: ["changed"] },
        details: [{ entity: "changed", changes: CHANGES, total: 2 }],
        ...{ published: false, dryRun: true, warnings: [], warningsTotal: 0 },
      },
    ]);
    await views.replace({ "kept.yaml": "columns: 1\n" });
    const refused = await preview();
    expect([refused.status, refused.json()]).toEqual([
      422,
      expect.objectContaining({ code: "catalog_invalid", diagnosticsTotal: 2 }),
    ]);
    for (const query of ["dryRun=yes", "dryrun=true", "dry-run=true", "dryRun", "dryRun=true&dryRun=1"]) {
      expect([query, (await preview(query)).status]).toEqual([query, 400]);
    }
    expect((await send("/views")).json()).toMatchObject({ hash: firstHash });
    expect((await metrics()).get(RELOADED)).toBe(before.get(RELOADED));
    const unexpected = /reload|activat|publish|refus|invalid/i;
    const later = running.service.logs().slice(logged);
    expect(later.map(({ msg }) => String(msg)).filter((msg) => unexpected.test(msg))).toEqual([]);

    await views.replace(SECOND);
    expect((await reload()).json()).toMatchObject({ hash: secondHash, published: true, dryRun: false });
  });

  test("POST /admin/views/reload?lang=pt has the diagnostics in Portuguese, and everything else unchanged", async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "x-request-id": "reload" };
    const preview = (query: string): Promise<Answer> =>
      send(`/admin/views/reload?dryRun=true${query}`, { method: "POST", headers });
    const portuguese = { message: 'falta "identifiers"', hint: expect.stringMatching(/^acrescente/) };
    await views.replace({ "view_a.yaml": "columns: [x]\n" });
    const english = await preview("");
    expect((await preview("&lang=en")).text).toBe(english.text);
    const body = english.json() as { readonly diagnostics: readonly object[] };
    expect(body.diagnostics).toMatchObject([{ message: '"identifiers" is missing' }]);
    const translated = (await preview("&lang=pt")).json();
    expect(translated).toEqual({ ...body, diagnostics: [{ ...body.diagnostics[0], ...portuguese }] });

    await views.replace({ "view_a.yaml": `${viewYaml("x")}description: no\n` });
    const warned = (await preview("&lang=pt")).json();
    expect(warned).toMatchObject({
      warnings: [{ message: expect.stringContaining("leem no como") }],
      warningsTotal: 1,
    });
    for (const query of ["&lang=de", "&lang=", "&lang=PT"]) {
      expect([query, (await preview(query)).status]).toEqual([query, 400]);
    }
  });

  test("GET /metrics counts requests by route and never by path", async () => {
    const before = await metrics();
    for (const path of ["/views/kept", "/views/changed", "/views/absent", "/nowhere", "/elsewhere"])
      await send(path);
    await send("/views/kept", { method: "DELETE" });
    const counts = [...(await metrics())]
      .map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const)
      .filter(([key, value]) => /_duration_seconds_count.*(views|404)/.test(key) && value > 0);
    const name = "http_server_request_duration_seconds_count";
    const view = 'http_route="/views/:entity"';
    expect(Object.fromEntries(counts)).toEqual({
      [`${name}{http_request_method="GET",http_response_status_code="200",${view}}`]: 2,
      [`${name}{http_request_method="GET",http_response_status_code="404",${view}}`]: 1,
      [`${name}{http_request_method="GET",http_response_status_code="404"}`]: 2,
      [`${name}{http_request_method="DELETE",http_response_status_code="405",${view}}`]: 1,
    });
  });

  test("POST /admin/views/reload activates what is on disk and says what changed", async () => {
    const before = await metrics();
    await views.replace(SECOND);
    const answer = await reload();
    expect([answer.status, answer.headers["content-type"], answer.json()]).toEqual([
      200,
      "application/json",
      {
        status: "ok",
        hash: secondHash,
        previousHash: firstHash,
        generation: null,
        changes: { added: ["added"], removed: ["removed"], changed: ["changed"] },
        details: [{ entity: "changed", changes: CHANGES, total: CHANGES.length }],
        items: 3,
        published: true,
        dryRun: false,
        warnings: [],
        warningsTotal: 0,
      },
    ]);
    expect((await send("/views")).headers.etag).toBe(`"${secondHash}"`);
    expect((await send("/views/removed")).status).toBe(404);
    expect((await send("/views/changed/columns")).json()).toEqual({ entity: "changed", columns: ["b"] });
    const series = await metrics();
    expect(reloadsBetween(before, series)).toBe(1);
    const info = [...series].filter(([key]) => key.startsWith("mosaic_catalog_info"));
    expect(info).toEqual([[`mosaic_catalog_info{hash="${secondHash}",source="disk"}`, 1]]);
  });

  test("GET /metrics shows one catalog, whenever it is scraped", async () => {
    await send("/metrics");
    await views.replace(SECOND);
    await reload();
    const infos = [...(await metrics())].filter(([key]) => key.startsWith("mosaic_catalog_info"));
    expect(infos).toEqual([[`mosaic_catalog_info{hash="${secondHash}",source="disk"}`, 1]]);
  });

  test("POST /admin/views/reload counts a reload that changes nothing", async () => {
    const before = await metrics();
    for (const count of [1, 2]) {
      expect((await reload()).json()).toEqual({
        status: "ok",
        hash: firstHash,
        previousHash: firstHash,
        generation: null,
        changes: { added: [], removed: [], changed: [] },
        details: [],
        items: 3,
        published: true,
        dryRun: false,
        warnings: [],
        warningsTotal: 0,
      });
      expect(reloadsBetween(before, await metrics())).toBe(count);
    }
  });

  test("A14: POST /admin/views/reload shows the warnings of a catalog that it accepts, and a metric counts them", async () => {
    const warned = "columns: [a]\nidentifiers: [a]\nask:\n  keywords: [no]\n";
    await views.replace({ ...SECOND, "warned.yaml": warned });
    const answer = await reload();
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      {
        warnings: [
          {
            severity: "warning",
            code: "yaml-ambiguous",
            file: `${views.path}/warned.yaml`,
            line: 4,
            pointer: "/ask/keywords/0",
          },
        ],
        warningsTotal: 1,
      },
    ]);
    expect((await metrics()).get("mosaic_catalog_warnings")).toBe(1);
    await views.replace(SECOND);
    expect((await reload()).json()).toMatchObject({ warnings: [], warningsTotal: 0 });
    expect((await metrics()).get("mosaic_catalog_warnings")).toBe(0);
  });

  test("POST /admin/views/reload refuses an invalid catalog and keeps the active one", async () => {
    await views.replace({ ...SECOND, "wrong.yaml": "columns: [a]\n" });
    const counted = await metrics();
    const before = (await send("/views")).text;
    const answer = await reload();
    expect([answer.status, answer.headers["content-type"], answer.json()]).toEqual([
      422,
      "application/problem+json",
      {
        type: "urn:mosaic:problem:catalog_invalid",
        title: "The catalog on disk is invalid",
        status: 422,
        code: "catalog_invalid",
        detail: `Cannot load catalog "${views.path}": 1 view is invalid`,
        requestId: "reload",
        diagnostics: [expect.objectContaining({ severity: "error", file: `${views.path}/wrong.yaml` })],
        diagnosticsTotal: 1,
      },
    ]);
    expect((await send("/views")).text).toBe(before);
    const series = await metrics();
    expect(reloadsBetween(counted, series)).toBe(0);
    const refusals = 'mosaic_catalog_activations_total{result="refused",reason="invalid-catalog"}';
    expect(series.get(refusals)).toBe((counted.get(refusals) ?? 0) + 1);
  });

  test("POST /admin/views/reload says that the disk cannot be read and keeps the active catalog", async () => {
    const before = await metrics();
    await views.remove();
    const answer = await reload();
    expect([answer.status, answer.json()]).toEqual([
      500,
      {
        type: "urn:mosaic:problem:catalog_unreadable",
        title: "The catalog on disk cannot be read",
        status: 500,
        code: "catalog_unreadable",
        detail: `Cannot load catalog "${views.path}": folder not found`,
        requestId: "reload",
      },
    ]);
    expect((await send("/views")).headers.etag).toBe(`"${firstHash}"`);
    expect(reloadsBetween(before, await metrics())).toBe(0);
  });

  test("POST /admin/views/reload counts each shared run once", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`view_${index}.yaml`, viewYaml("a")]),
    );
    await views.replace(many);
    const hash = await hashOf(many);
    const before = await metrics();
    const logged = running.service.logs().length;
    const answers = await Promise.all(Array.from({ length: 50 }, reload));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(answers.map((answer) => (answer.json() as { hash: string }).hash))).toEqual(
      new Set([hash]),
    );
    const isRun = ({ msg, trigger }: { msg: string; trigger?: unknown }) =>
      msg === "Catalog activated" && trigger === "reload";
    const counted = reloadsBetween(before, await metrics());
    expect(counted).toBeLessThan(50);
    // Its log may arrive later than its answers.
    await expect.poll(() => running.service.logs().slice(logged).filter(isRun).length).toBe(counted);
  });

  test("POST /admin/views/reload does nothing for a body that is too large, however it is sent", async () => {
    const before = await metrics();
    const body = "x".repeat(65_537);
    const authorization = `Bearer ${ADMIN_TOKEN}`;
    for (const headers of [{ authorization }, { authorization, "transfer-encoding": "chunked" }]) {
      expect((await send("/admin/views/reload", { method: "POST", headers, body })).status).toBe(413);
    }
    expect(reloadsBetween(before, await metrics())).toBe(0);
  });
});
