import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ServiceState, SUBSCRIBERS_MAX } from "../../src/app/status/status-stream.ts";
import { type EventStream, followEvents } from "../support/event-stream.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, type ServiceOptions, startService } from "../support/service-process.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 15_000, interval: 20 };
const FIRST = { "view_a.yaml": viewYaml("x") };
const SECOND = { "view_a.yaml": viewYaml("x"), "view_b.yaml": viewYaml("y") };

const lastState = (stream: EventStream): ServiceState | undefined =>
  stream.events().at(-1)?.data as ServiceState;

async function stateThat(stream: EventStream, fits: (state: ServiceState) => boolean): Promise<ServiceState> {
  return vi.waitFor(() => {
    const state = lastState(stream);
    if (state === undefined || !fits(state)) throw new Error(`It was told last: ${JSON.stringify(state)}`);
    return state;
  }, WAIT);
}

const viewsOf = ({ components: { catalog } }: ServiceState): number =>
  catalog.state === "active" ? catalog.views : 0;

describe.each(RUNTIMES)("GET /events on $name", (runtime) => {
  let views: ViewsDirectory;
  let service: HostedService;
  const follow = (query = ""): Promise<EventStream> => followEvents(service.url, `/events${query}`);
  const reload = (): Promise<Answer> =>
    sendRequest(service.url, "/admin/views/reload", {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });

  beforeEach(async () => {
    views = await createViewsDirectory(FIRST);
    await startWith(startHostedService);
  });
  async function startWith<Service extends HostedService>(
    start: (options: ServiceOptions) => Promise<Service>,
  ): Promise<Service> {
    const started = await start({ runtime, env: { VIEWS_DIR: views.path } });
    service = started;
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    // The tickers are loaded beside the catalog, and the first state is compared with another request's.
    await expect
      .poll(async () => (await sendRequest(service.url, "/readyz")).json(), { interval: 20, timeout: 20_000 })
      .toMatchObject({ components: { tickers: { state: "fresh" }, database: { state: "up" } } });
    return started;
  }
  afterEach(async () => {
    await service?.[Symbol.asyncDispose]();
    await views?.[Symbol.asyncDispose]();
  });

  test("tells the state as GET /readyz does, then each change: reloads, refused ones with their findings, tickers", async () => {
    const stream = await follow();
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
    const first = await stateThat(stream, () => true);
    expect(stream.text()).toMatch(/^retry: \d+\n\n/);
    // The version of a process does not change while somebody listens, and a second may pass between the two.
    const { version: _, ...ready } = (await sendRequest(service.url, "/readyz")).json() as ServiceState & {
      readonly version: string;
    };
    const { components } = ready;
    expect(first).toEqual({
      ...ready,
      components: { ...components, tickers: { ...components.tickers, ageSeconds: expect.any(Number) } },
      reasons: [],
      refusal: null,
      fleetChanges: 0,
    });

    await views.replace(SECOND);
    expect((await reload()).status).toBe(200);
    await stateThat(stream, (state) => viewsOf(state) === 2);

    await views.replace({ "view_a.yaml": "columns: [x]\n" });
    expect((await reload()).status).toBe(422);
    const refused = await stateThat(stream, ({ refusal }) => refusal !== null);
    expect(viewsOf(refused)).toBe(2);
    expect(refused.refusal).toMatchObject({
      reason: "invalid-catalog",
      findings: [{ file: "view_a.yaml", line: 1, column: 1, message: '"identifiers" is missing' }],
      findingsTotal: 1,
    });
    expect(stream.text()).not.toContain(views.path);
    const [finding] = refused.refusal?.findings ?? [];
    const translated = await follow("?lang=pt");
    expect((await stateThat(translated, () => true)).refusal?.findings).toEqual([
      { ...finding, message: 'falta "identifiers"', hint: expect.stringMatching(/^acrescente/) },
    ]);
    expect((await sendRequest(service.url, "/events?lang=de")).status).toBe(400);

    await views.replace(FIRST);
    await reload();
    for (const each of [stream, translated])
      await stateThat(each, (state) => state.refusal === null && viewsOf(state) === 1);
    translated.abort();

    await sendRequest(service.url, "/tickers");
    await stateThat(stream, ({ components }) => components.tickers.state === "fresh");
    stream.abort();
  });

  test("serves subscribers up to its limit, refuses further ones with a reason, and has room again when one leaves", async () => {
    const streams = await Promise.all(Array.from({ length: SUBSCRIBERS_MAX }, () => follow()));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    const head = (): Promise<Answer> => sendRequest(service.url, "/events", { method: "HEAD" });
    const full = await head();
    expect([full.status, full.headers["content-type"], full.headers["retry-after"]]).toEqual([
      503,
      "application/problem+json",
      "10",
    ]);
    const wrong = await sendRequest(service.url, "/events?lang=xx", { method: "HEAD" });
    expect([wrong.status, wrong.headers["content-type"]]).toEqual([400, "application/problem+json"]);
    const beyond = await sendRequest(service.url, "/events");
    expect([beyond.status, beyond.headers["retry-after"]]).toEqual([503, "10"]);
    expect(beyond.json()).toMatchObject({ code: "too_many_followers" });

    streams.pop()?.abort();
    const again = await vi.waitFor(async () => {
      const stream = await follow();
      if (stream.status !== 200) throw new Error(`It answered ${stream.status}`);
      return stream;
    }, WAIT);
    await stateThat(again, (state) => viewsOf(state) === 1);
    for (const stream of [...streams, again]) stream.abort();
    // A HEAD takes no stream: as many as there are streams, and one more, find room.
    for (let count = 0; count <= SUBSCRIBERS_MAX; count += 1) {
      const free = await vi.waitFor(async () => {
        const answer = await head();
        if (answer.status !== 200) throw new Error(`It answered ${answer.status}`);
        return answer;
      }, WAIT);
      expect([free.headers["content-type"], free.text]).toEqual(["text/event-stream", ""]);
    }
  });

  test("is measured when it begins, and ends whole before the stop waits for requests", async () => {
    await service.stop();
    const own = await startWith(startService);
    const streams = await Promise.all([follow(), follow()]);
    await Promise.all(streams.map((stream) => stateThat(stream, () => true)));
    const metrics = readMetrics((await sendRequest(service.url, "/metrics")).text);
    const measured = [...metrics].filter(
      ([series]) =>
        series.startsWith("http_server_request_duration_seconds_count") && series.includes('"/events"'),
    );
    expect(measured.map(([, count]) => count)).toEqual([2]);
    expect(await own.stop()).toEqual({ code: 0, signal: null });
    // A stop that waited in vain would have cut them.
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(["whole", "whole"]);
    expect(lastState(streams[0] as EventStream)).toMatchObject({ status: "ready" });
  });
});

describe.each(RUNTIMES)("mosaic serve --watch on $name", (runtime) => {
  test("tells those who follow what is wrong with a save, until it is put right", async () => {
    await using views = await createViewsDirectory(FIRST);
    await using service = await startService({
      runtime,
      args: ["--watch"],
      env: { VIEWS_DIR: views.path, LOG_LEVEL: "info" },
    });
    await vi.waitFor(() => expect(service.stderr()).toContain("1 view served"), WAIT);
    const stream = await followEvents(service.url, "/events");
    await views.replace({ "view_a.yaml": "columns: [x\nidentifiers: [x]\n" });
    const { refusal } = await stateThat(stream, (state) => state.refusal !== null);
    expect(refusal?.findings).toMatchObject([{ file: "view_a.yaml", line: 1, column: 10 }]);
    await views.replace(SECOND);
    await stateThat(stream, (state) => state.refusal === null && viewsOf(state) === 2);
    stream.abort();
  });
});
