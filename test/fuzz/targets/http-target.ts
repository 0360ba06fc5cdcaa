import { readFile } from "node:fs/promises";
import { freePort } from "../../support/free-port.ts";
import { RUNTIMES, type Runtime } from "../../support/runtimes.ts";
import { spawnService } from "../../support/service-process.ts";
import { drawInput, type FuzzTarget, must, summaryOf } from "../fuzz-target.ts";
import { createHttpConnection, type HttpConnection } from "../http-connection.ts";
import { httpRequest, type RawRequest } from "../inputs/http-request.ts";

const HEALTH: RawRequest = {
  text: "GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n",
  bodiless: false,
  isWhole: true,
};
const START_PATIENCE_MS = 20_000;
/** Twice the heap that it needs: what is kept of each request would soon end it, whatever garbage a larger one would hold. */
const HEAP_MEGABYTES_MAX = 48;
/** Of the whole process, for what is kept outside of that heap, such as buffers. */
const RESIDENT_MEGABYTES_MAX = 384;

/** A service that listens, on the runtime that runs this; it answers whatever comes, and never with an error of its own. */
export const HTTP_TARGET: FuzzTarget = {
  name: "http",
  async open() {
    const runtime = RUNTIMES.find(({ name }) => (name === "deno") === "Deno" in globalThis);
    if (runtime === undefined) throw new Error("No such runtime");
    const port = await freePort();
    // Only its errors are of interest, and there are to be none.
    const service = spawnService({
      runtime: withSmallHeap(runtime),
      env: { PORT: String(port), LOG_LEVEL: "error" },
    });
    const connection = createHttpConnection(port);
    await waitUntilReady(connection);
    const outcomes = new Map<string, number>();
    const taken = [await residentMegabytes(service.pid)];
    let count = 0;
    return {
      draw: (seed) => drawInput(httpRequest, seed),
      async check(input) {
        const outcome = await checkExchange(connection, input as RawRequest);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        count += 1;
        // At powers of two: what grows with the requests grows from each to the next.
        if (Number.isInteger(Math.log2(count))) taken.push(await residentMegabytes(service.pid));
      },
      summary: () => `${summaryOf(outcomes)}; the service took ${taken.join(", ")} MB`,
      async [Symbol.asyncDispose]() {
        const status = await checkExchange(connection, HEALTH).catch(String);
        connection.close();
        await service.stop();
        must(status === "200", `the service is ready in the end: ${status}`);
        const megabytes = Math.max(...taken.filter(Number.isFinite));
        must(megabytes <= RESIDENT_MEGABYTES_MAX, `the service takes bounded memory: ${megabytes} MB`);
        const [line] = service.logs();
        must(line === undefined, `it has logged no error: ${JSON.stringify(line)}`);
        const said = service.stderr().slice(0, 500);
        must(said === "", `its runtime has nothing to warn of: ${said}`);
      },
    };
  },
};

function withSmallHeap({ args, ...runtime }: Runtime): Runtime {
  const flag = `--max-old-space-size=${HEAP_MEGABYTES_MAX}`;
  return { ...runtime, args: [...args, runtime.name === "deno" ? `--v8-flags=${flag}` : flag] };
}

async function checkExchange(
  connection: HttpConnection,
  { text, bodiless, isWhole }: RawRequest,
): Promise<string> {
  const first = await connection.exchange(text, { bodiless, last: !isWhole });
  // A server may close a connection at the moment of the next request: clients then send it again over another.
  const isLost = isWhole && first.status === undefined;
  const answer = isLost ? await connection.exchange(text, { bodiless, last: false }) : first;
  const { status, body, contentType } = answer;
  if (status === undefined) {
    must(!isWhole, "a whole request is answered");
    return "closed";
  }
  must(status >= 200 && (status < 500 || status === 503), `the status is no error of the service: ${status}`);
  if (/json/.test(contentType) && body !== "" && isWhole) JSON.parse(Buffer.from(body, "latin1").toString());
  return String(status);
}

async function waitUntilReady(connection: HttpConnection): Promise<void> {
  const deadlineMs = performance.now() + START_PATIENCE_MS;
  for (;;) {
    const status = await checkExchange(connection, HEALTH).catch(() => "closed");
    if (status === "200") return;
    if (performance.now() > deadlineMs) throw new Error("The service has not become ready");
  }
}

/** NaN where the system does not tell. */
async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+([0-9]+) kB/.exec(status)?.[1]) / 1000);
}
