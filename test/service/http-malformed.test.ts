import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNTIMES } from "../support/runtimes.ts";
import { openRaw, sendRaw } from "../support/send-raw.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, type ServiceProcess, startService } from "../support/service-process.ts";

const get = (path: string, headers = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: mosaic\r\n${headers}Connection: close\r\n\r\n`;
const asked = (method: string, path = "/views"): string =>
  `${method} ${path} HTTP/1.1\r\nHost: mosaic\r\nConnection: close\r\n\r\n`;
const hosted = (host: string, path = "/healthz"): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const post = (headers: string, body: string): string =>
  `POST /tickers/extract HTTP/1.1\r\nHost: mosaic\r\n${headers}Connection: close\r\n\r\n${body}`;

/** What no server may take, as it goes over the wire. */
const REFUSED: Readonly<Record<string, string>> = {
  "a path of bytes that are no text": get("/views/%ff"),
  "a path with an escape that is none": get("/views/%"),
  "a path with an escaped NUL": get("/views/%00"),
  "a path with a raw NUL": get("/views/\0"),
  "a path with a raw control character": get("/views/\x01"),
  "a path with a raw byte that is no ASCII": get("/views/\xff"),
  "a path of 9,000 characters": get(`/views/${"a".repeat(9000)}`),
  "a path of 20,000 characters": get(`/views/${"a".repeat(20_000)}`),
  "a path of a megabyte": get(`/views/${"a".repeat(1_000_000)}`),
  "a header with a NUL": get("/healthz", "X-A: a\0b\r\n"),
  "a header with a control character": get("/healthz", "X-A: a\x01b\r\n"),
  "a header without a colon": get("/healthz", "X-A\r\n"),
  "a header with a blank in its name": get("/healthz", "X A: b\r\n"),
  "a header that goes on in the next line": get("/healthz", "X-A: b\r\n c\r\n"),
  "a carriage return alone": get("/healthz", "X-A: a\rb\r\n"),
  "10,000 headers": get("/healthz", "X-A: b\r\n".repeat(10_000)),
  "a header of 200,000 characters": get("/healthz", `X-A: ${"a".repeat(200_000)}\r\n`),
  "a Host with a blank": hosted("a b"),
  "a Host with a path": hosted("a/healthz?", "/views"),
  "a Host with a user": hosted("user@host"),
  "a Host of bytes": hosted("\xff"),
  "two Hosts": get("/healthz", "Host: other\r\n"),
  "two tokens": get("/admin/replicas", `Authorization: Bearer ${ADMIN_TOKEN}\r\nAuthorization: Bearer x\r\n`),
  "two tokens, the second one right": get(
    "/admin/replicas",
    `Authorization: Bearer x\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n`,
  ),
  "a token of bytes": get("/admin/replicas", "Authorization: Bearer \xff\r\n"),
  TRACE: asked("TRACE"),
  CONNECT: asked("CONNECT"),
  "CONNECT to elsewhere": asked("CONNECT", "elsewhere:443"),
  TRACK: asked("TRACK"),
  "a method that there is not": asked("FOO"),
  "a method of 5,000 characters": asked("G".repeat(5000)),
  "the path *": asked("GET", "*"),
  "no path": asked("GET", "healthz"),
  "a version that there is not": "GET /healthz HTTP/9.9\r\nHost: mosaic\r\n\r\n",
  "no version": "GET /healthz\r\n\r\n",
  garbage: "\0\x01\x02\r\n\r\n",
  "the beginning of TLS": "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03\r\n\r\n",
  "a length and chunks": post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
  "two lengths": post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}x"),
  "a length below zero": post("Content-Length: -2\r\n", "{}"),
  "a length that is no number": post("Content-Length: 1e3\r\n", "{}"),
  "a length beyond all numbers": post(`Content-Length: ${"9".repeat(30)}\r\n`, "{}"),
  "a transfer encoding that there is not": post("Transfer-Encoding: gzip\r\n", "{}"),
  "a chunk that is none": post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"),
  "a chunk with a long extension": post(
    "Transfer-Encoding: chunked\r\n",
    `2;${"a".repeat(100_000)}\r\n{}\r\n0\r\n\r\n`,
  ),
  "10,000 trailers": post(
    "Transfer-Encoding: chunked\r\n",
    `2\r\n{}\r\n0\r\n${"A: b\r\n".repeat(10_000)}\r\n`,
  ),
  "lists in lists": post("Content-Length: 60000\r\n", "[".repeat(60_000)),
  "a member called __proto__": post("Content-Length: 26\r\n", '{"__proto__":{"text":"a"}}'),
};

describe.each(RUNTIMES)("malformed requests on $name", (runtime) => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await startService({ runtime, env: { LOG_LEVEL: "debug" } });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
  });
  afterAll(() => service?.stop());

  test("are refused or cut off, never a failure of the service", async () => {
    for (const [what, bytes] of Object.entries(REFUSED)) {
      const { status } = await sendRaw(service.url, bytes);
      const refused = status === undefined || (status >= 400 && status < 500);
      expect([what, status, refused]).toEqual([what, status, true]);
    }
    expect((await sendRequest(service.url, "/healthz")).status).toBe(200);
    expect(service.logs().filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
    expect(service.stderr()).not.toMatch(/error|uncaught/i);
  });

  test("do not keep others waiting when they never end", async () => {
    const starts = [
      "",
      "GET /heal",
      "GET /healthz HTTP/1.1\r\nHost: mosaic\r\nX-",
      "POST /tickers/extract HTTP/1.1\r\nHost: mosaic\r\nContent-Length: 9\r\n\r\n{",
    ];
    const held = Array.from({ length: 400 }, (_, index) => openRaw(service.url, starts[index % 4] ?? ""));
    await Promise.all(held.map((socket) => once(socket, "connect")));
    for (const path of ["/healthz", "/views", "/tickers"])
      expect((await sendRequest(service.url, path)).status).toBe(200);
    for (const socket of held) socket.destroy();
  });
});
