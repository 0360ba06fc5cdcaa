import { execFile } from "node:child_process";
import * as v from "valibot";

/** What the registry of npm says of all packages, those for development too, from `high` on. */
export type RegistryAnswer =
  | { readonly kind: "clean" }
  | { readonly kind: "weak"; readonly weaknesses: readonly Weakness[] }
  | { readonly kind: "none" };

/** One advisory about a package in use. */
export type Weakness = v.InferOutput<typeof weakness>;

const weakness = v.object({
  name: v.string(),
  severity: v.string(),
  title: v.nullish(v.string(), "no title"),
  range: v.nullish(v.string(), "*"),
  url: v.nullish(v.string(), "no address"),
});
const report = v.object({
  auditReportVersion: v.number(),
  vulnerabilities: v.record(
    v.string(),
    // A text names another package of this report.
    v.object({ via: v.array(v.union([v.string(), weakness])) }),
  ),
});

// Written out, so that no setting of who runs it leaves some out.
const ALL = ["--include=prod", "--include=dev", "--include=optional", "--include=peer"];
const ASK = ["audit", ...ALL, "--audit-level=high", "--json", "--fetch-retries=1", "--fetch-timeout=30000"];
const LIMITS = { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
const GRAVE: ReadonlySet<string> = new Set(["critical", "high"]);

/** Asks by `npm audit`; whatever is no report of it counts as no answer. */
export async function askRegistry(): Promise<RegistryAnswer> {
  const { failed, output } = await new Promise<{ failed: boolean; output: string }>((resolve) => {
    execFile("npm", ASK, LIMITS, (error, stdout) => resolve({ failed: error !== null, output: stdout }));
  });
  const said = v.safeParse(v.pipe(v.string(), v.parseJson(), report), output);
  if (!said.success) return { kind: "none" };
  if (!failed) return { kind: "clean" };
  const weaknesses = Object.values(said.output.vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((one) => typeof one !== "string")
    .filter(({ severity }) => GRAVE.has(severity));
  return { kind: "weak", weaknesses };
}
