import { COMMANDS } from "../../src/app/cli/command-table.ts";
import type { Command } from "../../src/app/cli/commands/command.ts";
import { formatCommandLine, formatUsage, listExitCodes } from "../../src/app/cli/run-cli.ts";
import { anchorOf, code, GENERATED, table } from "./markdown.ts";

const INTRODUCTION = `# Command line

In a clone of the repository a command is run as \`npm run -s mosaic -- COMMAND\`: without the \`--\`, npm takes options for its own. On
Deno it is \`npx deno task mosaic COMMAND\`, and where the package is [installed](../embedding.md#install) \`npx mosaic COMMAND\`.
\`mosaic help COMMAND\` shows what stands here.

Commands read the [settings](settings.md) from the environment, as the service does. Results go to stdout, everything else to
stderr. On a terminal, reading a large catalog shows its progress. Output is written whole before a command ends, however slow
its reader is, and the exit code stays what it is when the reader leaves early. Unprintable characters in names of the database
are printed as escapes such as \`\\u{1b}\`.

\`serve --watch\` keeps the last good catalog, prints on stderr what is wrong with a saved view, and logs only what \`LOG_LEVEL\` asks for.
\`validate\` prints each diagnostic as \`file:line:column: severity: message; hint [code at pointer]\`, then the lines of the file.
\`sign\` and \`verify\` need a key in \`VIEWS_SIGNATURE_KEY\`, such as \`keygen\` prints, or a keyring ([signing](../ops/signing.md)).
\`diff --database\` fails when columns differ, and when the database has a view that it cannot read, such as one whose table is gone. A
view that the database does not have is printed and is no failure; \`GET /admin/views/diff\` reports the same as \`different\` or \`same\`.

| exit code | meaning |
| --- | --- |
| 0 | done, or valid |
| 1 | invalid, different, or failed |
| 2 | wrong usage, a wrong setting, or a folder that cannot be read |`;

/** docs/reference/cli.md. */
export function cliReference(): string {
  const rows = COMMANDS.map((command) => [
    `[${code(titleOf(command))}](#${anchorOf(titleOf(command))})`,
    command.summary,
  ]);
  return [
    GENERATED,
    "",
    INTRODUCTION,
    "",
    ...table(["command", "purpose"], [...rows, [code("--version"), "Print the version"]]),
    ...COMMANDS.flatMap(describeCommand),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function titleOf({ name, selectedBy }: Command): string {
  return selectedBy === undefined ? name : `${name} --${selectedBy}`;
}

function describeCommand(command: Command): readonly string[] {
  const { summary, options = [], examples } = command;
  return [
    `## ${code(titleOf(command))}`,
    "",
    `${summary}.`,
    "",
    "```",
    `mosaic ${formatUsage(command)}`,
    "```",
    "",
    ...table(
      ["option", "meaning"],
      options.map(([form, meaning]) => [code(form), meaning]),
    ),
    ...table(
      ["exit code", "meaning"],
      listExitCodes(command).map(([each, meaning]) => [String(each), meaning]),
    ),
    ...table(
      ["example", "what it does"],
      examples.map((example) => [code(formatCommandLine(example)), example.purpose]),
    ),
  ];
}
