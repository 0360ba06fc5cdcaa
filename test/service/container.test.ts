import { access, cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSettings } from "../../src/app/settings/settings.ts";
import { readCompose, readContainerFile, readImageStage } from "../support/container-files.ts";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { documentedRights } from "../support/secured-redis.ts";
import { sendRequest } from "../support/send-request.ts";
import { startService } from "../support/service-process.ts";
import { readSampleSchema } from "../support/ticker-databases.ts";

const ROOT = join(import.meta.dirname, "../..");

/** As compose puts variables in, `${NAME:?}` and `${NAME:-default}`. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{([A-Z_]+)(?::\?|:-([^}]*))\}/g,
    (_, name: string, fallback = "") => variables[name] ?? fallback,
  );
}

const SECRETS = {
  REDIS_PASSWORD: "redis",
  READER_PASSWORD: "reader",
  POSTGRES_PASSWORD: "owner",
  ADMIN_TOKEN: "token",
};

describe("deploy/container/compose.yaml", () => {
  test("gives replicas settings that there are and that fit together", async () => {
    const { mosaic } = await readCompose();
    const given = Object.entries(mosaic?.environment ?? {});
    const environment = Object.fromEntries(given.map(([name, text]) => [name, interpolate(text, SECRETS)]));
    const reference = await readContainerFile("../../docs/reference/settings.md");
    for (const name of Object.keys(environment))
      expect([name, reference.includes(`\`${name}\``)]).toEqual([name, true]);
    const parsed = parseSettings(environment, { terminal: false });
    expect(parsed).toMatchObject({
      kind: "settings",
      settings: { cacheBackend: "redis", redisTlsCa: "/tls/ca.pem", viewsDir: "/views", adminToken: "token" },
    });
  });

  test("gives the user of Redis the documented rights, and everybody else none", async () => {
    const { redis } = await readCompose();
    const words = (redis?.command ?? []).map((word) => interpolate(word, SECRETS));
    const [, , ...rights] = await documentedRights(SECRETS.REDIS_PASSWORD);
    expect(words.slice(words.lastIndexOf("--user") + 1)).toEqual(rights);
    expect(words.join(" ")).toContain("--port 0 --tls-port 6379");
    expect(words.join(" ")).toContain("--user default off");
  });

  test("mounts and builds from what there is, but for the certificates, and lets nothing be written", async () => {
    const { mosaic, redis, postgres } = await readCompose();
    const sources = [mosaic, redis, postgres]
      .flatMap((service) => service?.volumes ?? [])
      .map((volume) => interpolate(volume, {}).split(":")[0] ?? "")
      .filter((source) => source.startsWith(".") && !source.startsWith("./tls"));
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) await access(join(ROOT, "deploy/container", source));
    const { context = "", dockerfile = "" } = mosaic?.build ?? {};
    await access(join(ROOT, "deploy/container", context, dockerfile));
    expect([mosaic?.read_only, redis?.read_only]).toEqual([true, true]);
  });
});

describe("deploy/container/Dockerfile", () => {
  test("F3: every base is an argument of the build, so that the digest that is given is the one that is used", async () => {
    const lines = (await readContainerFile("Dockerfile")).split("\n");
    const bases = lines.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []);
    expect(bases.length).toBeGreaterThan(1);
    for (const base of bases) expect(base).toMatch(/^\$\{(?:NODE|DENO)_IMAGE\}$/);
    const [first] = lines.flatMap((line, index) => (line.startsWith("FROM ") ? [index] : []));
    const declared = lines.slice(0, first).filter((line) => /^ARG (?:NODE|DENO)_IMAGE=/.test(line));
    expect(declared.length).toBe(2);
    expect(lines.filter((line) => /^ARG \w+_IMAGE/.test(line))).toEqual(declared);
  });

  test("F1: optional packages, which only compilers need, are left out, of the bill of materials too", async () => {
    const { text } = await readImageStage("packages");
    for (const command of ["npm ci", "npm sbom"])
      expect(text).toMatch(new RegExp(`${command} [^&]*--omit=dev --omit=optional`));
  });

  test.each(["node", "deno"])(
    "F2: the health check of %s asks /healthz at the port that is set",
    async (name) => {
      const { text } = await readImageStage(name);
      const [, check = ""] = /^HEALTHCHECK [\s\S]*?CMD (\[.*\])$/m.exec(text) ?? [];
      expect(check).toMatch(/127\.0\.0\.1:\$\{(?:process\.env\.PORT|Deno\.env\.get\('PORT'\))\}\/healthz/);
    },
  );
});

describe.each(RUNTIMES)("the image of $name", (runtime) => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
    await postgres.sql(await readSampleSchema());
    const statements = /<<'SQL'\n([\s\S]*?)\nSQL/.exec(await readContainerFile("reader.sh"))?.[1] ?? "";
    // The owner of the tests' server has that name already.
    await postgres.sql(statements.replaceAll("mosaic", "reader").replace(":'password'", "'reader'"));
  });
  afterAll(() => postgres?.stop());

  test("is no root's, and serves from what is copied into it, as the reader of the database", async () => {
    const { copied, entrypoint, user } = await readImageStage(runtime.name);
    expect(user).toBe(runtime.name);
    const ignored = await readContainerFile("Dockerfile.dockerignore");
    const image = await createGuardedDirectory("mosaic-image-");
    try {
      for (const name of copied) {
        expect([name, ignored.split("\n").includes(`!${name}`)]).toEqual([name, true]);
        await cp(join(ROOT, name), join(image.path, name), { recursive: true });
      }
      // Installed from the lock file in the image; here they are those of the project.
      await symlink(join(ROOT, "node_modules"), join(image.path, "node_modules"));
      const [, ...args] = entrypoint.slice(0, -1);
      const readable = `--allow-read=${image.path},${join(ROOT, "node_modules")},`;
      const url = new URL(postgres.url);
      url.username = "reader";
      await using service = await startService({
        runtime: { ...runtime, args: args.map((word) => word.replace("--allow-read=/app,", readable)) },
        cwd: image.path,
        main: join(image.path, entrypoint.at(-1) ?? ""),
        env: {
          DATABASE_URL: url.href,
          TICKERS_SQL: "SELECT coalesce(max(ticker), 'HGLG11') AS ticker FROM view_fiis_info",
        },
      });
      await service.waitForLog(said("Catalog published"));
      for (const path of ["/views", "/tickers", "/readyz"])
        expect([path, (await sendRequest(service.url, path)).status]).toEqual([path, 200]);
      expect(service.stderr()).toBe("");
    } finally {
      await image.remove();
    }
  });
});
