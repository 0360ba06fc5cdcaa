import fc from "fast-check";
import { ADMIN_TOKEN } from "../../support/service-process.ts";
import { hostileWord, hugeText, mutatedText, rarely } from "./hostile-text.ts";
import { mutatedJson } from "./json-text.ts";

/** One request as it goes over the wire, a character a byte. */
export interface RawRequest {
  readonly text: string;
  /** Whether its answer has no body, as that to HEAD. */
  readonly bodiless: boolean;
  /** Whether where it ends can be told, so that another may follow on the same connection. */
  readonly isWhole: boolean;
}

const PATHS = [
  ...["/", "/views", "/views/view_fiis_info", "/views/view_fiis_info/columns", "/tickers", "/tickers/HGLG11"],
  ...[
    "/tickers/extract",
    "/admin/views/reload",
    "/admin/views/diff",
    "/admin/replicas",
    "/admin/tickers/refresh",
  ],
  ...[
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "*",
    "//",
    "/../",
    "http://127.0.0.1/views",
  ],
];
const encoded = hostileWord.map((word) => encodeURIComponent(word.toWellFormed()));
const segment = fc.oneof(
  encoded,
  hostileWord,
  fc.constantFrom("%", "%zz", "%ff%fe", "..", "__proto__", "a".repeat(9_000)),
);
const path = fc.oneof(
  fc.constantFrom(...PATHS),
  fc.tuple(fc.constantFrom(...PATHS), segment).map(([start, end]) => `${start}/${end}`),
  mutatedText(fc.constantFrom(...PATHS)),
);
const pair = fc.tuple(segment, segment).map(([key, value]) => `${key}=${value}`);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: fc.array(pair, { maxLength: 4 }).map((pairs) => `?${pairs.join("&")}`) },
  { weight: 1, arbitrary: hostileWord.map((word) => `?${word}#${word}`) },
);
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("GET", "HEAD", "POST") },
  { weight: 2, arbitrary: fc.constantFrom("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE") },
);

const HEADERS: readonly (readonly [name: string, ...values: string[]])[] = [
  [
    "authorization",
    `Bearer ${ADMIN_TOKEN}`,
    "Bearer wrong",
    "Bearer",
    "Basic YTpi",
    "bearer a b",
    "Bearer =",
  ],
  ["if-none-match", "*", '"a"', 'W/"a"', '"', ",", `"${"0".repeat(64)}", W/"b"`],
  ["x-request-id", "abc", "a b", "a".repeat(200), "é"],
  ["traceparent", `00-${"1".repeat(32)}-${"2".repeat(16)}-01`, "00-0-0-0", ""],
  ["tracestate", "a=b", "=", ",,,"],
  ["content-type", "application/json", "text/plain", "multipart/form-data; boundary=a", "/"],
  ["content-encoding", "gzip", "br", "identity"],
  ["accept", "text/html", "*/*", "application/problem+json;q=0", ";"],
  ["accept-encoding", "gzip", "*;q=0"],
  ["range", "bytes=0-1", "bytes=-"],
  ["expect", "100-continue"],
  ["connection", "close", "keep-alive"],
  ["cookie", "a=b; __proto__=c"],
  ["origin", "null", "http://evil.example"],
  ["x-forwarded-for", "127.0.0.1", "::"],
  ["x-http-method-override", "DELETE"],
];
const header = fc.constantFrom(...HEADERS).chain(([name, ...values]) => {
  const often = fc.oneof(fc.constantFrom(...values), hostileWord);
  return rarely(200, { often, seldom: hugeText(20_000) }).map((value) => `${name}: ${inHeader(value)}`);
});
const headers = fc.oneof(
  fc.array(header, { maxLength: 5 }),
  fc
    .array(fc.tuple(fc.stringMatching(/^[a-zA-Z0-9-]{1,20}$/), hostileWord), { maxLength: 3 })
    .map((pairs) => pairs.map(([name, value]) => `x-${name}: ${inHeader(value)}`)),
);
const json = mutatedJson(fc.constant({ text: "HGLG11 ou KNRI11?" }));
const body = rarely(100, { often: fc.oneof(json, hostileWord), seldom: hugeText(70_000) });

const whole: fc.Arbitrary<RawRequest> = fc
  .record({ method, path, query, headers, body, chunked: fc.boolean() })
  .map(({ method: verb, path: to, query: asked, headers: given, body: content, chunked }) => {
    const hasBody = verb !== "GET" && verb !== "HEAD" && verb !== "TRACE";
    const bytes = Buffer.from(content).toString("latin1");
    const framing = chunked ? "transfer-encoding: chunked" : `content-length: ${bytes.length}`;
    const sent = chunked ? `${chunkOf(bytes)}0\r\n\r\n` : bytes;
    const lines = [`${verb} ${inTarget(to + asked)} HTTP/1.1`, "host: localhost", ...given];
    const text = hasBody ? [...lines, framing, "", sent].join("\r\n") : [...lines, "", ""].join("\r\n");
    return { text, bodiless: verb === "HEAD", isWhole: true };
  });

/** Requests of good form with hostile content, and some whose form is harmed too. */
export const httpRequest: fc.Arbitrary<RawRequest> = rarely(15, {
  often: whole,
  seldom: mutatedText(whole.map(({ text }) => text)).map((text) => ({
    text: Buffer.from(text.toWellFormed()).toString("latin1"),
    bodiless: false,
    isWhole: false,
  })),
});

function chunkOf(bytes: string): string {
  return bytes === "" ? "" : `${bytes.length.toString(16)}\r\n${bytes}\r\n`;
}

/** What can stand in a header, a character a byte; control characters are for the requests that are harmed. */
function inHeader(text: string): string {
  const bytes = Buffer.from(text.toWellFormed()).toString("latin1");
  return bytes.replaceAll(/[^\x20-\x7e\x80-\xff]/g, " ");
}

function inTarget(text: string): string {
  const bytes = Buffer.from(text.toWellFormed()).toString("latin1");
  return bytes.replaceAll(/[^\x21-\x7e\x80-\xff]/g, "") || "/";
}
