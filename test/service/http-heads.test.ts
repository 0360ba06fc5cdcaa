import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMetrics } from "../support/read-metrics.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { openRaw, sendRaw } from "../support/send-raw.ts";
import { sendRequest } from "../support/send-request.ts";
import { type ServiceProcess, startService } from "../support/service-process.ts";

/** Every form of `uri-host [":" port]` of RFC 3986 and RFC 6874. */
const HOSTS = [
  "",
  ":",
  ":8000",
  "mosaic",
  "mosaic.",
  "MOSAIC.example:8000",
  "mosaic:",
  "mosaic:0",
  "mosaic:99999",
  "my_host",
  "-",
  "..",
  "a~b",
  "a!$&'()*+,;=b",
  "m%C3%A9",
  "1",
  "127.1",
  "999.999.999.999",
  "10.0.0.5:8000",
  "[::]",
  "[::1]",
  "[::1]:8000",
  "[::1]:",
  "[0:0:0:0:0:0:0:1]:8000",
  "[2001:DB8::00Ab]",
  "[::ffff:10.0.0.5]",
  "[fe80::1%25eth0]",
  "[v1.fe80::a+en1]",
  "xn--nxasmq6b",
];

const MALFORMED_HOSTS = [
  "a b",
  "a/b",
  "u@h",
  "a?b",
  "a#b",
  "[::1",
  "::1]",
  "a:b:c",
  "%zz",
  "[::1]x",
  "a\\b",
  "[]",
];

/** Other spellings of `/metrics` and of `/admin/replicas`, some of which a proxy's rule for paths lets through. */
const OTHER_SPELLINGS = [
  "/x/../metrics",
  "/./metrics",
  "/metrics/.",
  "/x/%2e%2e/metrics",
  "/x/.%2E/metrics",
  "/%6detrics",
  "/metric%73",
  "/%2fmetrics",
  "//metrics",
  "/metrics/",
  "/METRICS",
  "/metrics%00",
  "/metrics%20",
  "/metrics;x=1",
  "/metrics#x",
  "/x/..\\metrics",
  "\\metrics",
  "/x/../admin/replicas",
  "/%61dmin/replicas",
  "/admin/x/../replicas",
  "/admin%2freplicas",
  "http://other/x/../metrics",
  "http:///metrics",
  "http:////metrics",
  "http://?/metrics",
  "http://other/%6detrics",
];

const asked = (lines: string, version = "1.1"): string =>
  `${lines.replace("VERSION", `HTTP/${version}`)}\r\n\r\n`;
const CLOSE = "\r\nConnection: close";

describe.each(RUNTIMES)("heads of requests on $name", (runtime) => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await startService({ runtime, env: { LOG_LEVEL: "debug" } });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
  });
  afterAll(() => service?.stop());

  test("A2: answers HTTP/1.0 requests without Host", async () => {
    for (const path of ["/healthz", "/readyz", "/views", "/metrics"])
      expect([path, (await sendRaw(service.url, asked(`GET ${path} VERSION`, "1.0"))).status]).toEqual([
        path,
        200,
      ]);
    expect((await sendRaw(service.url, asked("HEAD /readyz VERSION", "1.0"))).status).toBe(200);
    // HAProxy's plain check.
    expect((await sendRaw(service.url, asked("OPTIONS / VERSION", "1.0"))).status).toBe(405);
  });

  test("A3: takes every form of Host that RFC 3986 has", async () => {
    for (const host of HOSTS) {
      const { status } = await sendRaw(service.url, asked(`GET /healthz VERSION\r\nHost: ${host}${CLOSE}`));
      expect([host, status]).toEqual([host, 200]);
    }
  });

  test("A3: refuses other Hosts and OPTIONS * with a problem document, logged and counted", async () => {
    const sent = [
      ...MALFORMED_HOSTS.map((host) => `GET /healthz VERSION\r\nHost: ${host}${CLOSE}`),
      `OPTIONS * VERSION\r\nHost: a${CLOSE}`,
    ];
    for (const [index, head] of sent.entries()) {
      const id = `head-${index}`;
      const { status, text } = await sendRaw(service.url, asked(`${head}\r\nX-Request-ID: ${id}`));
      expect([head, status, text.includes(`"requestId":"${id}"`)]).toEqual([
        head,
        index < sent.length - 1 ? 400 : 404,
        true,
      ]);
      await service.waitForLog((line) => line.request_id === id && line.status === status);
    }
  });

  test("A4: matches routes by the path as it was sent", async () => {
    for (const target of OTHER_SPELLINGS) {
      const { status } = await sendRaw(service.url, asked(`GET ${target} VERSION\r\nHost: a${CLOSE}`));
      // What is no target may be refused as such, and what begins with /admin/ needs the token in any case.
      const others = target.startsWith("\\") ? [400] : target.startsWith("/admin/") ? [401] : [];
      expect([target, status, [404, ...others].includes(status ?? 0)]).toEqual([target, status, true]);
    }
    for (const target of [
      "/metrics",
      "/metrics?x=/../y",
      "http://other/metrics",
      "http://other:1/metrics?x",
    ]) {
      const { status } = await sendRaw(service.url, asked(`GET ${target} VERSION\r\nHost: a${CLOSE}`));
      expect([target, status]).toEqual([target, 200]);
    }
  });

  test("A3: answers requests that offer another protocol, as java.net.http does of HTTP/2", async () => {
    const offer =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA";
    const statusOf = async (line: string, rest: string) => {
      const socket = openRaw(service.url, `${line} HTTP/1.1\r\nHost: a\r\n${offer}\r\n${rest}`);
      const [chunk] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      return chunk.toString("latin1").slice(9, 12);
    };
    const body = '{"text": "HGLG11"}';
    expect(await statusOf("GET /healthz", "\r\n")).toBe("200");
    // Deno's server refuses an offer that comes with a body; docs/security.md says so.
    const posted = runtime.name === "deno" ? "400" : "200";
    const length = `Content-Length: ${body.length}\r\n\r\n${body}`;
    expect(await statusOf("POST /tickers/extract", length)).toBe(posted);
  });

  test("A4: decodes what stands for a parameter", async () => {
    const entity = (await sendRequest(service.url, "/views")).text.match(/"entity": ?"([^"]+)"/)?.[1] ?? "";
    const escaped = [...entity].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    const plain = await sendRequest(service.url, `/views/${entity}`);
    expect(await sendRequest(service.url, `/views/${escaped}`)).toMatchObject({
      status: 200,
      text: plain.text,
    });
  });
});

describe.each(RUNTIMES)("a view that there is not on $name", (runtime) => {
  test("A12: has a hint when its name is near another one", async () => {
    await using service = await startService({ runtime });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    const list = (await sendRequest(service.url, "/views")).text;
    const names = [...list.matchAll(/"entity": ?"([^"]+)"/g)].map(([, name = ""]) => name);
    for (const name of names) {
      for (const path of [`/views/${name.slice(0, -1)}x`, `/views/${name.toUpperCase()}/columns`]) {
        const answer = await sendRequest(service.url, path);
        expect([answer.status, answer.json()]).toMatchObject([404, { hint: `Did you mean ${name}?` }]);
      }
    }
    const far = await sendRequest(service.url, "/views/nothing_like_it");
    expect(far.json()).toMatchObject({ code: "view_not_found", hint: "GET /views lists all" });
  });
});

/** What Node's parser refuses; Deno's answers such requests by itself, before anybody is asked. */
const UNPARSED: Readonly<Record<string, readonly [bytes: string, status: number]>> = {
  garbage: ["\0\x01\x02\r\n\r\n", 400],
  "the beginning of TLS": ["\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03\r\n\r\n", 400],
  "a version that there is not": ["GET /healthz HTTP/9.9\r\nHost: mosaic\r\n\r\n", 400],
  "a method that there is not": ["FOO /views HTTP/1.1\r\nHost: mosaic\r\n\r\n", 400],
  "no Host": ["GET /views HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
  CONNECT: ["CONNECT a:443 HTTP/1.1\r\nHost: mosaic\r\n\r\n", 400],
  "an expectation": [
    "GET /nowhere HTTP/1.1\r\nHost: mosaic\r\nExpect: more\r\nConnection: close\r\n\r\n",
    404,
  ],
  "two lengths": [
    "POST /tickers/extract HTTP/1.1\r\nHost: mosaic\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    400,
  ],
  "a large head": [`GET /views HTTP/1.1\r\nHost: mosaic\r\nX: ${"a".repeat(20_000)}\r\n\r\n`, 431],
  "a chunk that is none": [
    "POST /tickers/extract HTTP/1.1\r\nHost: mosaic\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    400,
  ],
};

describe("what Node's parser refuses", () => {
  test("A3: is a problem document with the request's id, logged and counted once", async () => {
    const [node] = RUNTIMES;
    if (node === undefined) throw new Error("There is no Node");
    await using service = await startService({ runtime: node, env: { LOG_LEVEL: "debug" } });
    const refusals = async (): Promise<number> =>
      [...readMetrics((await sendRequest(service.url, "/metrics")).text)]
        .filter(([series]) => /^http_server_request_duration_seconds_count\{.*status_code="4/.test(series))
        .reduce((total, [, count]) => total + count, 0);
    for (const [what, [bytes, expected]] of Object.entries(UNPARSED)) {
      const before = await refusals();
      const { status, text } = await sendRaw(service.url, bytes);
      const id = /"requestId":"([^"]+)"/.exec(text)?.[1];
      expect([what, status, typeof id]).toEqual([what, expected, "string"]);
      expect(text.toLowerCase()).toContain(`x-request-id: ${id?.toLowerCase()}`);
      await service.waitForLog((line) => line.request_id === id && line.status === expected);
      expect([what, (await refusals()) - before]).toEqual([what, 1]);
    }
  });
});
