import { Writable } from "node:stream";
import {
  createLog,
  createMemorySource,
  parseSettings,
  type RunningService,
  type ServiceParts,
  startService,
} from "../../src/mod.ts";

export const EMBEDDED_VIEW = "identifiers: [ticker]\ncolumns: [ticker, close_price]\n";

export interface EmbeddedParts extends Omit<ServiceParts, "adminToken" | "log" | "settings"> {
  readonly adminToken?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** Starts a service with a view and adapters in memory, as an embedding program does; does not wait for the catalog. */
export function startEmbeddedService({
  env = {},
  onLine = () => undefined,
  ...parts
}: EmbeddedParts): Promise<RunningService> {
  const parsed = parseSettings({ PORT: "0", LOG_FORMAT: "json", ...env }, { terminal: false });
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const output = new Writable({
    write(chunk, _encoding, done) {
      onLine(String(chunk));
      done();
    },
  });
  return startService({
    settings: parsed.settings,
    adminToken: "embedded",
    log: createLog(parsed.settings, output),
    source: createMemorySource({ "view_prices.yaml": EMBEDDED_VIEW }),
    ...parts,
  });
}
