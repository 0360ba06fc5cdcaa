// Runs services in one process: a line of JSON in for each start and each stop, lines of JSON out for what they log.
import { randomUUID } from "node:crypto";
import process from "node:process";
import { createInterface } from "node:readline";
import { context, diag, metrics, propagation } from "@opentelemetry/api";
import { startService } from "../../src/app/compose.ts";
import type { RunningService } from "../../src/app/lifecycle/service.ts";
import { parseSettings } from "../../src/app/settings/settings.ts";
import { createLog } from "../../src/app/telemetry/log.ts";
import type { HostReport, HostRequest } from "./hosted-service.ts";

const services = new Map<number, Promise<RunningService>>();
let measured: number | undefined;

function report(line: HostReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** OpenTelemetry keeps what was registered first in a process: removes what the previous service has registered. */
function registerTelemetry(id: number): void {
  if (measured !== undefined) throw new Error("Another service with telemetry runs in this process");
  measured = id;
  for (const api of [context, diag, metrics, propagation]) api.disable();
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) delete process.env[name];
}

async function start(id: number, env: Readonly<Record<string, string>>): Promise<RunningService> {
  if (Object.keys(env).some((name) => name.startsWith("OTEL_"))) registerTelemetry(id);
  const parsed = parseSettings(env, { terminal: false });
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const { settings } = parsed;
  const log = createLog(settings, { write: (text) => report({ id, kind: "logged", text }) });
  return startService({ settings, adminToken: settings.adminToken ?? randomUUID(), log });
}

function runRequest(request: HostRequest): void {
  const { id } = request;
  if (request.kind === "start") services.set(id, start(id, request.env));
  const running = services.get(id);
  const ended = request.kind === "stop" ? running?.then((service) => service.stop()) : running;
  const end = (failure?: string): void => {
    services.delete(id);
    if (measured === id) measured = undefined;
    report({ id, kind: "ended", ...(failure === undefined ? {} : { failure }) });
  };
  ended?.then(
    () => request.kind === "stop" && end(),
    (error: unknown) => end(String(error)),
  );
}

// Each service may add a listener for the end of the process.
process.setMaxListeners(0);
createInterface({ input: process.stdin })
  .on("line", (line) => runRequest(JSON.parse(line) as HostRequest))
  // Nobody would stop a service that is still running.
  .on("close", () => process.exit());
