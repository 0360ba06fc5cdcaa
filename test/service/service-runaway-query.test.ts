import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { runMainProcess } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { startService } from "../support/service-process.ts";

/** One row that SQLite never comes to. */
const ENDLESS =
  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS ticker FROM n";
const env = { TICKERS_SQL: ENDLESS };
const GIVEN_UP = "Cannot query the database: SQLite did not answer within 5000 ms";

/** Asks for tickers, which begins the query, and has other questions answered while it runs. */
async function beginQuery(url: string): Promise<{ readonly answered: Promise<Answer> }> {
  const answered = sendRequest(url, "/tickers");
  // This waits for the same query, if for anything: whoever asks later is behind it.
  const behind = sendRequest(url, "/tickers/HGLG11");
  for (let times = 0; times < 20; times++) {
    expect((await sendRequest(url, "/healthz")).status).toBe(200);
    expect((await sendRequest(url, "/readyz")).status).toBe(200);
  }
  expect(await Promise.race([answered, behind, sendRequest(url, "/views")])).toMatchObject({ status: 200 });
  return { answered };
}

describe.each(RUNTIMES)("serve on $name with a query that never ends", (runtime) => {
  test("gives it up, says so, serves on, and ends well at SIGTERM", async () => {
    await using service = await startService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const { answered } = await beginQuery(service.url);
    expect((await answered).status).toBe(503);
    await service.waitForLog(({ reason, detail }) => reason === "timeout" && detail === GIVEN_UP);
    // Later questions do not wait for what is never answered.
    await expect
      .poll(
        async () => {
          await sendRequest(service.url, "/tickers");
          return service.logs().map(({ detail }) => detail);
        },
        { timeout: 15_000 },
      )
      .toContain("Cannot query the database: SQLite is still busy with a call that timed out");
    expect((await sendRequest(service.url, "/healthz")).status).toBe(200);
    service.signal("SIGTERM");
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(service.logs().at(-1)?.msg).toBe("Stopped");
    expect(service.stderr()).toBe("");
  });

  test("ends at once at the second signal, in the middle of it", async () => {
    await using service = await startService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const { answered } = await beginQuery(service.url);
    const lost = expect(answered).rejects.toMatchObject({ code: expect.any(String) });
    service.signal("SIGTERM");
    await service.waitForLog(({ msg }) => msg === "Stopping");
    service.signal("SIGTERM");
    expect(await service.exited).toEqual({ code: 1, signal: null });
    await lost;
  });

  // In a process of its own: one that commands share would compute the query until the last test.
  test("mosaic tickers gives it up and ends", async () => {
    const directory = resolve(import.meta.dirname, "../..");
    expect(await runMainProcess(runtime, { args: ["tickers"], directory, env })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Cannot query the embedded sample database: SQLite did not answer within 5000 ms\n",
    });
  });
});
