import { readFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { startFleet, startFleetOfProcesses } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { readSampleSchema, readSampleTickers } from "../support/ticker-databases.ts";
import { viewYaml } from "../support/views-directory.ts";

const FILES = { "alpha.yaml": viewYaml("a") };
const CALLS = 1000;
const REFRESH = { method: "POST", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

/** A PostgreSQL with the sample that counts the statements which it runs. */
async function startCountingPostgres(): Promise<PostgresServer> {
  const server = await startPostgres({ args: ["-c", "shared_preload_libraries=pg_stat_statements"] });
  await server.sql("CREATE EXTENSION pg_stat_statements");
  await server.sql(await readSampleSchema());
  await server.sql(await readFile(new URL("../../data/sample/data.sql", import.meta.url), "utf8"));
  return server;
}

/** How often the database has run the query for tickers since it was asked last. */
async function countTickerQueries(server: PostgresServer): Promise<number> {
  const [row] = await server.sql(
    "SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements WHERE query ~* 'from view_fiis_info'",
  );
  await server.sql("SELECT pg_stat_statements_reset()");
  return Number(row?.calls);
}

/** The list as one request gets it, over a connection that it shares with nobody at the time. */
function askForTickers(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    request(new URL("/tickers", url), { agent }, (response) => {
      text(response).then((body) => resolve(`${response.statusCode} ${body}`), reject);
    })
      .on("error", reject)
      .end();
  });
}

function known(answer: string): readonly string[] {
  return (JSON.parse(answer.slice("200 ".length)) as { readonly tickers: readonly string[] }).tickers;
}

describe.each(RUNTIMES)("tickers of a fleet that begins with $name", (runtime) => {
  test("D10: four replicas that start together, with 1,000 calls each, make one query, by the database's own count", async () => {
    await using postgres = await startCountingPostgres();
    await using fleet = await startFleetOfProcesses({
      size: 4,
      files: FILES,
      runtime,
      env: { DATABASE_URL: postgres.url },
    });
    // The start of each asks for the tickers, and so do the calls: whichever is first.
    const agent = new Agent({ keepAlive: true, maxSockets: CALLS });
    const calls = fleet.replicas.flatMap(({ service }) =>
      Array.from({ length: CALLS }, () => askForTickers(service.url, agent)),
    );
    const answers = await Promise.all(calls);
    agent.destroy();
    const sample = await readSampleTickers();
    for (const answer of new Set(answers)) expect(known(answer)).toEqual(sample);
    expect(answers).toHaveLength(4 * CALLS);
    expect(await countTickerQueries(postgres)).toBe(1);
  });

  test("a refresh on one replica reaches the others at once, with one query", async () => {
    await using postgres = await startCountingPostgres();
    await using fleet = await startFleet({
      size: 3,
      files: FILES,
      runtime,
      env: { DATABASE_URL: postgres.url },
    });
    const [first, ...others] = fleet.replicas;
    for (const { service } of fleet.replicas) await sendRequest(service.url, "/tickers");
    expect((await sendRequest(others[0]?.service.url ?? "", "/tickers/NOVO11")).status).toBe(404);
    await postgres.sql(
      "DROP VIEW view_fiis_info CASCADE; CREATE VIEW view_fiis_info AS SELECT 'NOVO11' AS ticker",
    );
    await countTickerQueries(postgres);
    expect((await sendRequest(first?.service.url ?? "", "/admin/tickers/refresh", REFRESH)).status).toBe(200);
    for (const { service } of others) {
      await vi.waitFor(
        async () => expect((await sendRequest(service.url, "/tickers/NOVO11")).status).toBe(200),
        { timeout: 10_000, interval: 20 },
      );
    }
    expect(await countTickerQueries(postgres)).toBe(1);
  });
});
