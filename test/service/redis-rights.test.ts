import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { documentedRights, type SecuredRedis, startSecuredRedis } from "../support/secured-redis.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const ASKED = { timeout: 15_000, interval: 20 };

/** A script asks whether it may before it does, which the server does not write down. */
const IN_SCRIPTS: ReadonlySet<string> = new Set(["set", "del"]);

/**
 * Without the first two a publication sends every view, where it could leave unchanged ones as they are; without the last a
 * replica goes by its own clock.
 */
const OPTIONAL_IN_SCRIPTS: ReadonlySet<string> = new Set(["pexpiretime", "pexpireat", "time"]);

describe("the documented rights in Redis", () => {
  let redis: SecuredRedis;
  let views: ViewsDirectory;
  let service: HostedService;
  const [runtime] = RUNTIMES;

  beforeAll(async () => {
    redis = await startSecuredRedis();
    views = await createViewsDirectory({ "alpha.yaml": viewYaml("a") });
    if (runtime === undefined) throw new RangeError("There is no runtime");
    // So short a life that the list of tickers is asked for, shared and found expired again and again.
    const env = { ...redis.settings, VIEWS_DIR: views.path, TICKERS_CACHE_TTL: "0.05" };
    service = await startHostedService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
  });
  afterAll(async () => {
    await service?.stop();
    await redis?.stop();
    await views?.[Symbol.asyncDispose]();
  });

  /** Makes the service use Redis in all its ways. */
  async function exercise(): Promise<void> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    await sendRequest(service.url, "/tickers");
    await sendRequest(service.url, "/admin/tickers/refresh", { method: "POST", headers });
    await sendRequest(service.url, "/admin/views/reload", { method: "POST", headers });
    await sendRequest(service.url, "/admin/replicas", { headers });
  }

  /** What the user was refused since the last look, such as `eval`. */
  async function refusals(): Promise<ReadonlySet<string>> {
    const entries = (await redis.command("ACL", "LOG")) as readonly (readonly unknown[])[];
    return new Set(entries.map((entry) => String(entry[entry.indexOf("object") + 1]).split("|")[0] ?? ""));
  }

  const grantedCommands = async (): Promise<readonly string[]> =>
    (await documentedRights("x")).filter((word) => word.startsWith("+")).map((word) => word.slice(1));

  test("name commands one by one, the keys of one namespace and one channel", async () => {
    const words = await documentedRights("x");
    expect(words.slice(0, 5)).toEqual(["ACL", "SETUSER", "mosaic", "reset", "on"]);
    expect(words.filter((word) => /^[~%&]/.test(word))).toEqual(["~mosaic:*", "&mosaic:events"]);
    const commands = await grantedCommands();
    expect(commands.length).toBeGreaterThan(5);
    const dangerous = (await redis.command("ACL", "CAT", "dangerous")) as readonly string[];
    const admin = (await redis.command("ACL", "CAT", "admin")) as readonly string[];
    const known = (await redis.command("COMMAND", "LIST")) as readonly string[];
    // INFO is called dangerous for what it tells; the client asks with it whether the server has loaded its data.
    const refused = new Set([...dangerous, ...admin].filter((name) => name !== "info"));
    for (const command of commands)
      expect([command, known.includes(command), refused.has(command)]).toEqual([command, true, false]);
  });

  test("are all that a service asks for", async () => {
    await redis.command("ACL", "LOG", "RESET");
    await exercise();
    expect([...(await refusals())]).toEqual([]);
    expect(service.logs().filter(({ msg }) => msg === "Redis connection failed")).toEqual([]);
  });

  test("let a reload read the clock of the server", async () => {
    await redis.command("CONFIG", "RESETSTAT");
    await exercise();
    expect(await redis.command("INFO", "commandstats")).toMatch(
      /^cmdstat_time:calls=[1-9]\d*,.*rejected_calls=0/m,
    );
  });

  test("are each asked for: without one of them the server refuses it", async () => {
    const inScripts = new Set([...IN_SCRIPTS, ...OPTIONAL_IN_SCRIPTS]);
    for (const command of (await grantedCommands()).filter((name) => !inScripts.has(name))) {
      await redis.command("ACL", "SETUSER", "mosaic", `-${command}`);
      await redis.command("ACL", "LOG", "RESET");
      await redis.command("CLIENT", "KILL", "USER", "mosaic");
      const asked = async (): Promise<readonly string[]> => {
        await exercise();
        return [...(await refusals())];
      };
      await expect.poll(asked, ASKED).toContain(command);
      await redis.command("ACL", "SETUSER", "mosaic", `+${command}`);
    }
  });

  test("are each needed to publish: without one of them a script does nothing", async () => {
    const publish = async (): Promise<unknown> => {
      turn += 1;
      // A view comes or goes every time.
      const files = {
        "alpha.yaml": viewYaml("a"),
        ...(turn % 2 === 0 ? {} : { "beta.yaml": viewYaml("b") }),
      };
      await views.replace(files);
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      return (await sendRequest(service.url, "/admin/views/reload", { method: "POST", headers })).json();
    };
    let turn = 0;
    for (const command of IN_SCRIPTS) {
      await expect.poll(publish, ASKED).toMatchObject({ published: true });
      await redis.command("ACL", "SETUSER", "mosaic", `-${command}`);
      // Only one of the two is a removal.
      const answers = [await publish(), await publish()];
      expect(answers).toContainEqual(expect.objectContaining({ published: false }));
      await redis.command("ACL", "SETUSER", "mosaic", `+${command}`);
    }
    await expect.poll(publish, ASKED).toMatchObject({ published: true });
  });

  test("do not reach what is not the service's", async () => {
    for (const words of [
      ["GET", "mosaic:views:hash"],
      ["MGET", "other:views:hash"],
      ["PUBLISH", "other:events", "x"],
      ["FLUSHALL"],
      ["KEYS", "*"],
      ["CONFIG", "GET", "*"],
      ["CLIENT", "LIST"],
      ["EVAL", "return 1", "1", "other:views:hash"],
    ]) {
      const verdict = await redis.command("ACL", "DRYRUN", "mosaic", ...words);
      expect([words, verdict]).toEqual([words, expect.stringContaining("no permissions")]);
    }
  });
});
