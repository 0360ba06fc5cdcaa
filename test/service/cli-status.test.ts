import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { listenLoopback } from "../support/listen-loopback.ts";
import { type MainOptions, type MainRun, runMain } from "../support/run-main.ts";
import { type FleetReplica, servedHash, startFleet } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { startCombination } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 15_000, interval: 50 };
const REPLICA = {
  id: "pod-b-1",
  version: "1.2.3",
  runtime: "node 24.0.0",
  startedAt: "2026-01-02T03:04:05.678Z",
  uptimeSeconds: 7300,
  catalog: { hash: "b".repeat(64), source: "disk", views: 8, revision: 2, ageSeconds: 10 },
  cache: { backend: "redis", state: "up" },
  tickers: { count: 320, ageSeconds: 119, stale: true },
  divergent: true,
};
const DIVERGING = {
  self: "pod-a-1",
  shared: true,
  hash: "a".repeat(64),
  diverging: 1,
  replicas: [
    {
      ...REPLICA,
      id: "pod-a-1",
      uptimeSeconds: 200_000,
      catalog: { ...REPLICA.catalog, hash: "a".repeat(64), source: "cache", revision: 3, generation: 7 },
      tickers: null,
      divergent: false,
    },
    { ...REPLICA, disk: { reason: "invalid-catalog", since: "2026-01-02T03:04:06.000Z" } },
    {
      ...REPLICA,
      id: "pod-c-1",
      uptimeSeconds: 5,
      catalog: null,
      cache: { backend: "redis", state: "down" },
    },
  ],
};

const ENTRY = {
  at: "2026-01-02T03:04:05.678Z",
  replica: "pod-a-1",
  ...{ from: null, to: "a".repeat(64), added: 3, changed: 0, removed: 0, views: ["x"], reason: null },
};

/** A server that answers every request in one way. */
async function answering(status: number, body: string) {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  const port = await listenLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.each(RUNTIMES)("mosaic status and mosaic history on $name", (runtime) => {
  const status = (args: readonly string[], env: MainOptions["env"] = { ADMIN_TOKEN }): Promise<MainRun> =>
    runMain(runtime, { args: ["status", ...args], directory: ".", env: env ?? {} });
  const history = (args: readonly string[], env: MainOptions["env"] = { ADMIN_TOKEN }): Promise<MainRun> =>
    runMain(runtime, { args: ["history", ...args], directory: ".", env: env ?? {} });

  test("mosaic status shows a fleet, as a table and as JSON", async () => {
    await using fleet = await startFleet({ size: 2, files: { "alpha.yaml": viewYaml("a") }, runtime });
    const [first] = fleet.replicas as [FleetReplica];
    const hash = (await servedHash(first)) ?? "";
    await vi.waitFor(async () => {
      const { exitCode, stdout, stderr } = await status([first.service.url]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout.split("\n")[0]).toMatch(
        /^replica +catalog +revision +generation +source +views +cache +tickers +up +version$/,
      );
      expect(stdout.match(new RegExp(`  ${hash.slice(0, 12)}  2 `, "g"))).toHaveLength(2);
      expect(stdout).toContain(`\n2 replicas\npublished: ${hash}\n`);
    }, WAIT);
    const json = await status([first.service.url, "--format", "json"]);
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ shared: true, hash, diverging: 0 });

    await first.views.replace({ "alpha.yaml": viewYaml("a", "b"), "beta.yaml": viewYaml("b") });
    await runMain(runtime, { args: ["reload", first.service.url], directory: ".", env: { ADMIN_TOKEN } });
    await vi.waitFor(async () => {
      const { exitCode, stdout, stderr } = await history([first.service.url]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      const next = await servedHash(first);
      const [from, to] = [hash.slice(0, 12), next?.slice(0, 12)];
      const change = `${from} -> ${to} \\+1 -0 ~1: ~alpha, \\+beta\n`;
      expect(stdout).toMatch(new RegExp(`^\\S+Z \\S+ activated \\(reload\\) ${change}`, "m"));
      expect(stdout).toMatch(new RegExp(`^\\S+Z \\S+ activated \\(reconcile\\) ${change}`, "m"));
      expect(stdout).toMatch(new RegExp(`^\\S+Z \\S+ published ${to}\n`, "m"));
      const times = stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0]);
      expect(times).toEqual(times.toSorted());
    }, WAIT);
    const listed = await history([first.service.url, "--format", "json"]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ shared: true, entries: expect.any(Array) });
  });

  test("mosaic history names what answers otherwise, or what it needs", async () => {
    await using server = await answering(404, "{}");
    expect(await history([server.url])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `mosaic: ${server.url} answered 404, but is not Mosaic\n`,
    });
    await using alone = await answering(200, JSON.stringify({ shared: false, entries: [] }));
    expect(await history([alone.url])).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "mosaic: warning: Redis does not answer: the list has only the entries that this replica knows\n",
    });
    expect((await history([server.url], {})).exitCode).toBe(2);
    expect((await history([alone.url, "--lang", "pt"])).stderr).toBe(
      "mosaic: aviso: o Redis não responde: a lista tem só os registros que esta réplica conhece\n",
    );
    const refused = {
      ...ENTRY,
      kind: "refused",
      trigger: "reload",
      reason: "invalid-catalog",
      from: "b".repeat(64),
    };
    const entries = [
      { ...refused, errors: { total: 1 } },
      { ...ENTRY, kind: "activated", trigger: "preload" },
    ];
    await using shared = await answering(200, JSON.stringify({ shared: true, entries }));
    expect(await history([shared.url, "--lang", "pt"])).toEqual({
      exitCode: 0,
      stdout:
        "2026-01-02T03:04:05.678Z pod-a-1 ativado (início) aaaaaaaaaaaa +3 -0 ~0: +x, mais 2\n" +
        "2026-01-02T03:04:05.678Z pod-a-1 recusado (recarga) +3 -0 ~0: +x, mais 2 [invalid-catalog] 1 erro; ainda servido: bbbbbbbbbbbb\n",
      stderr: "",
    });
  });

  test("mosaic history prints what was refused, where its first error is, and what is still served", async () => {
    const entry = {
      ...{ at: "2026-01-31T12:00:00.000Z", replica: "pod-1", number: 2, kind: "refused", trigger: "reload" },
      ...{ from: "a".repeat(64), to: null, added: 0, changed: 0, removed: 0, views: [] },
      ...{ reason: "invalid-catalog", requestId: "mine" },
      errors: { total: 2, first: { file: "view_a.yaml", line: 2, column: 10, code: "yaml-syntax" } },
    };
    const { errors: _, ...old } = { ...entry, number: 1, from: null };
    const answer = { shared: true, entries: [entry, { ...entry, errors: { total: 1 } }, old] };
    await using server = await answering(200, JSON.stringify(answer));
    const { exitCode, stdout } = await history([server.url]);
    expect([exitCode, stdout.split("\n")]).toEqual([
      0,
      [
        "2026-01-31T12:00:00.000Z pod-1 refused (reload) [invalid-catalog] still served: nothing",
        "2026-01-31T12:00:00.000Z pod-1 refused (reload) [invalid-catalog] 1 error; still served: aaaaaaaaaaaa",
        "2026-01-31T12:00:00.000Z pod-1 refused (reload) [invalid-catalog] 2 errors, view_a.yaml:2:10 yaml-syntax; still served: aaaaaaaaaaaa",
        "",
      ],
    ]);
    const json = await history([server.url, "--format", "json"]);
    expect(JSON.parse(json.stdout)).toEqual(answer);
  });

  test("mosaic status finds the service by HOST and PORT, with a local cache too", async () => {
    await using running = await startCombination({ name: "", backend: "local", runtime });
    const { port } = new URL(running.service.url);
    const { exitCode, stdout } = await status([], { ADMIN_TOKEN, PORT: port });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("\n1 replica\npublished: ");
  });

  test("mosaic status names replicas that diverge, refuse their disk or have no catalog, and exits with 1", async () => {
    await using server = await answering(200, JSON.stringify(DIVERGING));
    const { exitCode, stdout } = await status([server.url]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      [
        "replica    catalog       revision  generation  source  views  cache  tickers           up  version",
        "pod-a-1 *  aaaaaaaaaaaa  3         7           cache   8      up     -                 2d  1.2.3, node 24.0.0",
        "pod-b-1    bbbbbbbbbbbb  2         -           disk    8      up     320, 119s, stale  2h  1.2.3, node 24.0.0  DIVERGES",
        "pod-c-1    -             -         -           -       -      down   320, 119s, stale  5s  1.2.3, node 24.0.0  NO CATALOG",
        "",
        "3 replicas; 1 of them diverges",
        "disk refused: pod-b-1 (invalid-catalog) since 2026-01-02T03:04:06.000Z; fix its files (mosaic validate), then reload it",
        `published: ${"a".repeat(64)}`,
        "6 things need attention",
        "",
      ].join("\n"),
    );
    const portuguese = await status([server.url], { ADMIN_TOKEN, LANG: "pt_BR.UTF-8" });
    expect(portuguese).toEqual({
      exitCode: 1,
      stdout: [
        "réplica    catálogo      revisão  geração  origem  views  cache       tickers                    no ar há  versão",
        "pod-a-1 *  aaaaaaaaaaaa  3        7        cache   8      no ar       -                          2d        1.2.3, node 24.0.0",
        "pod-b-1    bbbbbbbbbbbb  2        -        disco   8      no ar       320, 119s, desatualizados  2h        1.2.3, node 24.0.0  DIVERGE",
        "pod-c-1    -             -        -        -       -      fora do ar  320, 119s, desatualizados  5s        1.2.3, node 24.0.0  SEM CATÁLOGO",
        "",
        "3 réplicas; 1 delas diverge",
        "disco recusado: pod-b-1 (invalid-catalog) desde 2026-01-02T03:04:06.000Z; corrija os arquivos dela (mosaic validate) e recarregue-a",
        `publicado: ${"a".repeat(64)}`,
        "6 coisas precisam de atenção",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("mosaic status --exit-code exits with 1 if anything needs attention, without it only if replicas do not serve the published catalog", async () => {
    const [well] = DIVERGING.replicas;
    const lost = [{ id: "pod-z-1", since: "2026-01-02T03:04:06.000Z" }];
    const stale = { ...well, tickers: { count: 320, ageSeconds: 119, stale: true } };
    const answers = [
      [{ replicas: [well], lost: [] }, 0, "nothing needs attention"],
      [{ replicas: [well], lost }, 1, "1 thing needs attention"],
      [{ replicas: [stale], lost }, 1, "2 things need attention"],
    ] as const;
    for (const [part, expected, line] of answers) {
      await using server = await answering(200, JSON.stringify({ ...DIVERGING, diverging: 0, ...part }));
      const plain = await status([server.url]);
      expect([plain.exitCode, plain.stdout.trimEnd().split("\n").at(-1)]).toEqual([0, line]);
      expect((await status(["--exit-code", server.url])).exitCode).toBe(expected);
      expect((await status(["--exit-code", "--format", "json", server.url])).exitCode).toBe(expected);
    }
  });

  test("mosaic status exits with 1 when the shared cache does not tell", async () => {
    const alone = {
      ...DIVERGING,
      shared: false,
      hash: null,
      diverging: 0,
      replicas: [DIVERGING.replicas[0]],
    };
    await using server = await answering(200, JSON.stringify(alone));
    const { exitCode, stdout } = await status([server.url]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "1 replica; other replicas are unknown: the shared cache is down\npublished: unknown (the shared cache is down)\n1 thing needs attention\n",
    );
  });

  test("mosaic status prints which fault the shared cache has, and its address without the password", async () => {
    const port = await freePort();
    const env = { CACHE_BACKEND: "redis", REDIS_URL: `redis://user:s3cret@127.0.0.1:${port}` };
    await using service = await startHostedService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    await vi.waitFor(async () => {
      const { exitCode, stdout } = await status([service.url]);
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`\nshared cache: 127.0.0.1:${port} connection refused\n`);
      expect(stdout).not.toContain("s3cret");
    }, WAIT);
    expect((await status([service.url, "--lang", "pt"])).stdout).toContain(
      `\ncache compartilhado: 127.0.0.1:${port} conexão recusada\n`,
    );
    const json = JSON.parse((await status([service.url, "--format", "json"])).stdout);
    const outage = { reason: "unavailable", fault: "refused", advice: "connection refused" };
    expect(json.outage).toEqual({ ...outage, address: `127.0.0.1:${port}` });
    const reload = (lang: string): Promise<MainRun> =>
      runMain(runtime, {
        ...{ args: ["reload", "--dry-run", "--lang", lang, service.url], directory: "." },
        env: { ADMIN_TOKEN },
      });
    expect((await reload("en")).stdout).toMatch(
      /^warning: the shared cache does not answer: a reload would change this replica alone/m,
    );
    expect((await reload("pt")).stdout).toMatch(/^aviso: o cache compartilhado não responde: uma recarga/m);
  });

  test.each([
    [401, "{}", "rejected ADMIN_TOKEN: set it to the token of that service"],
    [404, "{}", "answered 404, but is not Mosaic"],
    [200, "<html>", "answered, but is not Mosaic"],
    [200, '{"replicas": 1}', "answered 200, but is not Mosaic"],
  ])("mosaic status says what is wrong with an answer: %i %s", async (code, body, detail) => {
    await using server = await answering(code, body);
    expect(await status([server.url])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `mosaic: ${server.url} ${detail}\n`,
    });
  });

  test("mosaic status and mosaic history print a problem of the service in its words", async () => {
    const problem = { type: "urn:mosaic:problem:not_found", title: "Not found", status: 404 };
    const body = { ...problem, code: "not_found", detail: "No route has this path", requestId: "r-1" };
    await using earlier = await answering(404, JSON.stringify(body));
    expect(await history([earlier.url])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `mosaic: ${earlier.url} answered 404: No route has this path [not_found]\n`,
    });
    await using service = await startHostedService({ runtime });
    const headers = { authorization: "Bearer wrong" };
    while ((await fetch(`${service.url}/admin/history`, { headers })).status !== 429);
    const wrong = { ADMIN_TOKEN: "wrong" };
    expect((await status([service.url], wrong)).stderr).toMatch(
      /^mosaic: \S+ answered 429: Too many wrong admin tokens; .*\[too_many_attempts\]\n$/,
    );
    expect((await history([service.url, "--lang", "pt"], wrong)).stderr).toBe(
      `mosaic: ${service.url} respondeu 429: tokens de administração errados demais; tente de novo mais tarde [too_many_attempts]\n`,
    );
  });

  test.each(["status", "history", "reload"])(
    "mosaic %s prints each wrong setting on a line of its own, and warns of misspelt ones",
    async (command) => {
      const run = (env: Readonly<Record<string, string>>) =>
        runMain(runtime, { args: [command], directory: ".", env });
      expect(await run({ ADMIN_TOKEN, PORT: "x", LOG_LEVEL: "loud" })).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: expect.stringMatching(
          /^Cannot start: 2 settings are wrong\n {2}PORT is .*\n {2}LOG_LEVEL is .*\n$/,
        ),
      });
      expect((await run({ ADMIN_TOKENS: "x" })).stderr).toBe(
        "mosaic: warning: ADMIN_TOKENS is not a known setting; did you mean ADMIN_TOKEN?\n" +
          "mosaic: ADMIN_TOKEN is not set: it must be the token of the service\n",
      );
    },
  );

  test("mosaic status says that nobody answers", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await status([url])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `mosaic: ${url} cannot be reached\n`,
    });
  });

  test.each([
    [[], {}, "ADMIN_TOKEN is not set: it must be the token of the service"],
    [
      ["ftp://x"],
      { ADMIN_TOKEN },
      "the URL must begin with http:// or https://, such as http://127.0.0.1:8000",
    ],
    [["--format", "xml"], { ADMIN_TOKEN }, '--format is "xml": expected text or json'],
    [["--lang", "pt"], {}, "ADMIN_TOKEN não está definida: precisa ser o token do serviço"],
  ])("mosaic status %j is wrong usage", async (args, env, detail) => {
    expect(await status(args, env as Readonly<Record<string, string>>)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `mosaic: ${detail}\n`,
    });
  });
});
