import { type Environment, parseSettings } from "../../../src/app/settings/settings.ts";

/** What is said of an environment that the service does not start with; nothing of one that it takes. */
export function messageOf(environment: Environment): string {
  const parsed = parseSettings(environment, { terminal: false });
  return parsed.kind === "invalid" ? parsed.message : "";
}

/** The message that lists these problems. */
export function startMessage(...problems: readonly string[]): string {
  const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
  return [`Cannot start: ${count} wrong`, ...problems.map((problem) => `  ${problem}`)].join("\n");
}
