import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foreignPublication, writeAtOnce } from "../support/foreign-publication.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { pythonDumps } from "../support/old-publisher.ts";
import { startRedis } from "../support/redis-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };
const PLAIN = { columns: ["a"], description: "a view", identifiers: ["a"] };
const INTERNAL = { __file__: "/srv/app/views/alpha.yaml", __signature_ok__: true };
/** As the Python descendant publishes it. */
const PUBLICATION = foreignPublication({ alpha: { ...INTERNAL, ...PLAIN }, beta: PLAIN });
const WHOLE = pythonDumps({ ...INTERNAL, ...PLAIN });
const PUBLIC = pythonDumps(PLAIN);
const YAML = 'columns: ["a"]\ndescription: "a view"\nidentifiers: ["a"]\n';

const etagOf = (text: string): string => `"${createHash("sha256").update(text).digest("hex")}"`;

describe.each(RUNTIMES)("keys that another program adds to a view, on $name", (runtime) => {
  const opened = new AsyncDisposableStack();
  let service: HostedService;
  beforeAll(async () => {
    const redis = opened.use(await startRedis());
    await writeAtOnce(redis, PUBLICATION.writes);
    const views = opened.use(await createViewsDirectory({ "alpha.yaml": YAML, "beta.yaml": YAML }));
    service = await startHostedService({
      runtime,
      env: { ...cacheSettings(redis), VIEWS_DIR: views.path, LOG_LEVEL: "debug" },
    });
    opened.use(service);
    await service.waitForLog(said("Catalog activated", { source: "cache" }));
  });
  afterAll(() => opened.disposeAsync());

  const ask = (path: string, headers = {}, method = "GET"): Promise<Answer> =>
    sendRequest(service.url, path, { method, headers });

  test("stay in the catalog hash", async () => {
    expect((await ask("/views")).headers.etag).toBe(`"${PUBLICATION.hash}"`);
  });

  test("are shown by no route to whom has no token", async () => {
    const paths = [
      "/views",
      "/views/alpha",
      "/views/alpha/columns",
      "/console/catalog/0",
      "/readyz",
      "/metrics",
    ];
    for (const path of paths) {
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.text).not.toContain("__");
      expect(answer.text).not.toContain("/srv/app");
    }
  });

  test("are left out of a view, whose ETag is the one of the text that is sent", async () => {
    const answer = await ask("/views/alpha");
    expect([answer.text, answer.headers.etag, answer.headers.vary]).toEqual([
      PUBLIC,
      etagOf(PUBLIC),
      "Authorization",
    ]);
    expect((await ask("/views/alpha/columns")).headers.etag).toBe(etagOf(PUBLIC));
  });

  test("are sent with the admin token, under an ETag of their own", async () => {
    const answer = await ask("/views/alpha", AUTHORIZED);
    expect([answer.text, answer.headers.etag, answer.headers.vary]).toEqual([
      WHOLE,
      etagOf(WHOLE),
      "Authorization",
    ]);
    expect(answer.headers["cache-control"]).toBe("private, no-cache");
  });

  test("take no representation for the other", async () => {
    const statuses = async (known: string): Promise<readonly number[]> => {
      const condition = { "if-none-match": etagOf(known) };
      const answers = [
        await ask("/views/alpha", condition),
        await ask("/views/alpha", { ...condition, ...AUTHORIZED }),
      ];
      for (const { status, headers } of answers) {
        if (status === 304) expect(headers.vary).toBe("Authorization");
      }
      return answers.map(({ status }) => status);
    };
    expect(await statuses(PUBLIC)).toEqual([304, 200]);
    expect(await statuses(WHOLE)).toEqual([200, 304]);
  });

  test.each(["Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer", ""])(
    "are not sent with %o, which is answered as if it was absent",
    async (authorization) => {
      const answer = await ask("/views/alpha", { authorization });
      expect([answer.status, answer.text]).toEqual([200, PUBLIC]);
    },
  );

  test("are not sent to those who guess without end, and still to whom has the token", async () => {
    for (let guess = 0; guess < 15; guess++) {
      const answer = await ask("/views/alpha", { authorization: `Bearer guess-${guess}` });
      expect([answer.status, answer.text]).toEqual([200, PUBLIC]);
    }
    expect((await ask("/views/alpha", AUTHORIZED)).text).toBe(WHOLE);
  });

  test("have HEAD answer as GET would", async () => {
    for (const [headers, text] of [[{}, PUBLIC] as const, [AUTHORIZED, WHOLE] as const]) {
      const answer = await ask("/views/alpha", headers, "HEAD");
      expect([answer.text, answer.headers.etag, answer.headers["content-length"]]).toEqual([
        "",
        etagOf(text),
        String(Buffer.byteLength(text)),
      ]);
    }
  });

  test("change nothing of a view without them", async () => {
    for (const headers of [{}, AUTHORIZED]) {
      const answer = await ask("/views/beta", headers);
      expect([answer.text, answer.headers.etag, answer.headers.vary]).toEqual([
        PUBLIC,
        etagOf(PUBLIC),
        undefined,
      ]);
      expect(answer.headers["cache-control"]).toBe("no-cache");
    }
  });

  test("make no difference between the disk and what is published", async () => {
    await service.waitForLog(said("The catalog on disk is the active one"));
    expect((await ask("/metrics")).text).toMatch(/^mosaic_catalog_disk_divergent 0$/m);
  });
});
