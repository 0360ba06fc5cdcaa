import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { startNginx } from "../support/nginx-server.ts";
import { runProgram } from "../support/run-program.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

const DECODERS = { gzip: gunzipSync, zstd: zstdDecompressSync };
const CODED_TAG = /^"[0-9a-f]{64}-(?:gzip|zstd)-[0-9a-f]{16}"$/;
/** Each is larger than what is sent as it is; columns and console data are made of the same views. */
const PATHS = ["/views", "/views/large", "/views/large/columns", "/openapi.json", "/console/catalog/0"];

function files(count: number): Readonly<Record<string, string>> {
  const columns = Array.from({ length: 900 }, (_, index) => `a_column_with_the_number_${index}`);
  const small = Array.from({ length: count }, (_, index) => [
    `view_${index}.yaml`,
    `identifiers: [a]\ncolumns: [a, b]\ndescription: "One row for each fund and day, number ${index}"\n`,
  ]);
  const large = `identifiers: [${columns[0]}]\ncolumns: [${columns.join(", ")}]\ndescription: large\n`;
  return { "large.yaml": large, ...Object.fromEntries(small) };
}

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As sent. */
  readonly bytes: Buffer;
}

/** Asks with curl, whose header file tells what was really sent. */
async function curl(url: string, ...args: readonly string[]): Promise<Got> {
  await using directory = await createViewsDirectory();
  const [head, body] = [join(directory.path, "head"), join(directory.path, "body")];
  const run = await runProgram("curl", ["-sS", "-D", head, "-o", body, ...args, url]);
  if (run.code !== 0) throw new Error(run.stderr);
  const [status = "", ...lines] = (await readFile(head, "latin1")).trim().split("\r\n");
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.slice(line.indexOf(":") + 1).trim(),
  ]);
  const bytes = await readFile(body).catch(() => Buffer.alloc(0));
  return { status: Number(status.split(" ")[1]), headers: Object.fromEntries(headers), bytes };
}

const accepting = (header: string): readonly string[] => ["-H", `Accept-Encoding: ${header}`];

describe.each(RUNTIMES)("compressed bodies, on $name", (runtime) => {
  const opened = new AsyncDisposableStack();
  let service: HostedService;
  let views: Awaited<ReturnType<typeof createViewsDirectory>>;
  beforeAll(async () => {
    views = opened.use(await createViewsDirectory(files(300)));
    service = opened.use(await startHostedService({ runtime, env: { VIEWS_DIR: views.path } }));
    await service.waitForLog(said("Catalog activated", {}));
  });
  afterAll(() => opened.disposeAsync());

  test.each(PATHS)("curl gets %s in each coding, and the plain bytes when it asks for none", async (path) => {
    const url = `${service.url}${path}`;
    const plain = await curl(url);
    expect(plain.headers).toMatchObject({
      vary: "Accept-Encoding",
      etag: expect.stringMatching(/^"[^"]+"$/),
    });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.headers.etag).not.toMatch(CODED_TAG);
    for (const coding of ["gzip", "zstd"] as const) {
      const coded = await curl(url, ...accepting(coding));
      expect(coded.headers).toMatchObject({ "content-encoding": coding, vary: "Accept-Encoding" });
      expect(coded.headers["content-type"]).toBe(plain.headers["content-type"]);
      expect(coded.headers["content-length"]).toBe(String(coded.bytes.length));
      expect(coded.bytes.length).toBeLessThan(plain.bytes.length);
      expect(DECODERS[coding](coded.bytes).equals(plain.bytes)).toBe(true);
      expect(coded.headers.etag).not.toBe(plain.headers.etag);
    }
    for (const header of ["identity", "br", "gzip;q=0", ""]) {
      const { date: _, "x-request-id": _id, ...headers } = (await curl(url, ...accepting(header))).headers;
      expect(plain.headers).toMatchObject(headers);
    }
  });

  test("curl --compressed decodes what it gets", async () => {
    const plain = await curl(`${service.url}/views`);
    const decoded = await curl(`${service.url}/views`, "--compressed");
    expect(decoded.headers["content-encoding"]).toMatch(/^(?:gzip|zstd)$/);
    expect(decoded.bytes.equals(plain.bytes)).toBe(true);
  });

  test("the tag of any form that the client accepts is answered with 304, to GET and to HEAD", async () => {
    const url = `${service.url}/views`;
    const tags: string[] = [];
    for (const header of ["identity", "gzip", "zstd"]) {
      const { headers } = await curl(url, ...accepting(header));
      const head = await curl(url, "-I", ...accepting(header));
      for (const name of ["etag", "vary", "content-encoding", "content-length", "content-type"])
        expect([name, head.headers[name]]).toEqual([name, headers[name]]);
      tags.push(String(headers.etag));
    }
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) {
      for (const method of [[], ["-I"]]) {
        const known = await curl(
          url,
          ...method,
          ...accepting("gzip, zstd"),
          "-H",
          `If-None-Match: "x", ${tag}`,
        );
        expect(known.status).toBe(304);
        expect(known.headers).toMatchObject({ etag: tag, vary: "Accept-Encoding" });
        expect(known.headers["content-encoding"]).toBeUndefined();
        if (method.length === 0) expect(known.bytes.length).toBe(0);
      }
    }
    // It could not read the form that this tag names.
    const other = await curl(url, "-H", `If-None-Match: ${tags[1]}`);
    expect([other.status, other.headers.etag]).toEqual([200, tags[0]]);
  });

  test.each(RUNTIMES)("fetch on $name reads them", async ({ command, args }) => {
    const script = `const answer = await fetch(${JSON.stringify(`${service.url}/views`)});
      console.log(answer.headers.get("vary"), (await answer.json()).items.length);`;
    const run =
      args.length === 0
        ? await runProgram(command, ["--input-type=module", "-e", script])
        : await runProgram(command, ["eval", script]);
    expect(run.stdout).toBe("Accept-Encoding 301\n");
  });

  test("a cache in front keeps each form for the clients that accept it", async () => {
    const cache = "proxy_cache mosaic; proxy_cache_valid 200 1m; proxy_cache_revalidate on;";
    const headers = "proxy_ignore_headers Cache-Control; add_header X-Cache $upstream_cache_status;";
    await using nginx = await startNginx(service.url, `${cache} ${headers}`);
    const plain = await curl(`${service.url}/views`);
    for (const status of ["MISS", "HIT"]) {
      for (const coding of ["gzip", "zstd"] as const) {
        const coded = await curl(`${nginx.url}/views`, ...accepting(coding));
        expect(coded.headers).toMatchObject({ "content-encoding": coding, "x-cache": status });
        expect(DECODERS[coding](coded.bytes).equals(plain.bytes)).toBe(true);
      }
      const identity = await curl(`${nginx.url}/views`, ...accepting("identity"));
      expect(identity.headers).toMatchObject({ "x-cache": status, etag: plain.headers.etag });
      expect(identity.bytes.equals(plain.bytes)).toBe(true);
    }
  });

  test("a proxy that compresses itself leaves them as they are, and its own tags are known", async () => {
    await using nginx = await startNginx(
      service.url,
      "gzip on; gzip_types application/json; gzip_proxied any;",
    );
    const zstd = await curl(`${nginx.url}/views`, ...accepting("zstd"));
    expect(zstd.headers["content-encoding"]).toBe("zstd");
    const { headers } = await curl(`${nginx.url}/views`, ...accepting("gzip"));
    expect(headers["content-encoding"]).toBe("gzip");
    const again = ["-H", `If-None-Match: ${headers.etag}`, ...accepting("gzip")];
    expect((await curl(`${nginx.url}/views`, ...again)).status).toBe(304);
  });

  test("a reload brings new bytes in every coding", async () => {
    const before = await curl(`${service.url}/views`, ...accepting("zstd"));
    await views.replace(files(301));
    const reload = ["-X", "POST", "-H", "Authorization: Bearer token-of-the-tests"];
    expect((await curl(`${service.url}/admin/views/reload`, ...reload)).status).toBe(200);
    const plain = await curl(`${service.url}/views`);
    for (const coding of ["gzip", "zstd"] as const) {
      const after = await curl(
        `${service.url}/views`,
        ...accepting(coding),
        "-H",
        `If-None-Match: ${before.headers.etag}`,
      );
      expect(after.status).toBe(200);
      expect(DECODERS[coding](after.bytes).equals(plain.bytes)).toBe(true);
    }
  });
});
