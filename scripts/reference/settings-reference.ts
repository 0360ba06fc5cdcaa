import { SETTING_GROUPS, type SettingText } from "../../src/app/settings/setting-texts.ts";
import type { Environment } from "../../src/app/settings/setting-values.ts";
import { parseSettings } from "../../src/app/settings/settings.ts";
import { type SettingName, settingsSchema } from "../../src/app/settings/settings-schema.ts";
import { anchorOf, code, GENERATED, table } from "./markdown.ts";

const INTRODUCTION = `# Settings

Mosaic reads its settings from the environment, once, at start.

- A value of the wrong form stops the start with one message that lists every wrong variable. So does a keyring or a TLS file that
  cannot be read, or an address that cannot be bound, each with a message of its own. A folder, a Redis or a database that is not there
  does not: \`/readyz\` and the log report it, and it is tried again.
- Spaces around a value are dropped. Choices and URL schemes are read in any case. An empty value counts as unset, except for
  \`CACHE_NAMESPACE\`.
- A name that is nearly that of a setting, such as \`CACHE_BACKEN\`, is logged as a warning; so are \`REDIS_URL\` and signing keys that
  the other settings leave unused, and quotation marks around a value, which env files of Docker keep.
- Values of \`OTEL_*\` that cannot be used are ignored with a warning at the start; only a wrong endpoint and \`OTEL_DENO=true\` stop it.`;

const TELEMETRY = `OpenTelemetry's SDK reads more variables, such as \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\`,
\`OTEL_EXPORTER_OTLP_HEADERS\`, \`OTEL_PROPAGATORS\` and \`OTEL_BSP_*\`; its
[documentation](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/) describes them. A bad pair in
\`OTEL_RESOURCE_ATTRIBUTES\` or in headers is ignored with a warning, and the others count. Exports that fail slow no request down; they are
logged at most once a minute, with the error code or the status of the collector. Exports that a collector accepts and rejects in part are logged once.`;

/** docs/reference/settings.md. */
export function settingsReference(): string {
  const groups = Object.entries(SETTING_GROUPS);
  return [
    GENERATED,
    "",
    INTRODUCTION,
    "",
    ...table(
      ["variable", "default", "type"],
      groups.flatMap(([, settings]) =>
        entriesOf(settings).map(([name, text]) => [
          `[${code(name)}](#${anchorOf(name)})`,
          defaultOf(name, text),
          text.type,
        ]),
      ),
    ),
    ...groups.flatMap(([group, settings]) => [
      `## ${group}`,
      "",
      ...entriesOf(settings).flatMap(([name, text]) => describeSetting(name, text)),
    ]),
    TELEMETRY,
    "",
  ].join("\n");
}

function entriesOf(
  settings: Readonly<Partial<Record<SettingName, SettingText>>>,
): readonly (readonly [SettingName, SettingText])[] {
  return Object.entries(settings) as unknown as readonly (readonly [SettingName, SettingText])[];
}

function describeSetting(name: SettingName, text: SettingText): readonly string[] {
  return [
    `### ${name}`,
    "",
    text.meaning,
    "",
    `Type: ${text.type}. Default: ${defaultOf(name, text)}.`,
    "",
    ...table(
      ["such as", "gives"],
      text.wrong.map((environment) => [assignments(environment), messageOf(environment)]),
    ),
  ];
}

function defaultOf(name: SettingName, { unset }: SettingText): string {
  const schema: unknown = settingsSchema.entries[name];
  const value =
    typeof schema === "object" && schema !== null && "default" in schema ? schema.default : undefined;
  return typeof value === "string" ? code(value) : (unset ?? "unset");
}

function assignments(environment: Environment): string {
  return Object.entries(environment)
    .map(([name, value]) => code(`${name}=${value}`))
    .join(" ");
}

/**
 * What the service prints or logs about a wrong environment.
 *
 * @throws {RangeError} when nothing is wrong with it
 */
export function messageOf(environment: Environment): string {
  const parsed = parseSettings(environment, { terminal: false });
  if (parsed.kind === "invalid")
    return parsed.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .join("; ");
  const [warning] = parsed.warnings;
  if (warning === undefined) throw new RangeError(`Nothing is wrong with ${JSON.stringify(environment)}`);
  return `warning: ${warning}`;
}
