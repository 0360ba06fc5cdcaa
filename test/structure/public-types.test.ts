import { resolve } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const ENTRIES = ["src/mod.ts", "src/client.ts", "src/conformance.ts"];
const PRIVATE_TYPE = /public type '(?<type>[^']+)' references private type '(?<name>[^']+)'/g;

/** Types of other packages, constants and symbols that types are made of, and the parts of two unions. */
const ALLOWED =
  /^(?:Hono|hc|MetricProducer|MetricReader|Redis|Resource|Tracer|[A-Z_]+|[a-zA-Z]+Brand|CircuitBreaker|ViewDiagnosticCode)$/;
/** Made by inference from the table of routes: nobody writes their types by hand. */
const INFERRED = new Set(["MosaicApi", "ProblemBody"]);

test("every type that the package's exports name is exported as well", async () => {
  const [, deno] = RUNTIMES;
  const { stderr } = await runToEnd(deno?.command ?? "", {
    args: ["doc", "--lint", ...ENTRIES],
    directory: resolve(import.meta.dirname, "../.."),
  });
  const found = [...stderr.matchAll(PRIVATE_TYPE)].map(({ groups }) => groups ?? {});
  const hidden = found.filter(({ type = "", name = "" }) => !ALLOWED.test(name) && !INFERRED.has(type));
  expect([found.length > 0, hidden]).toEqual([true, []]);
});
