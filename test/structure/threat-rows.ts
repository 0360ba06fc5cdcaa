/** A test as a manual links to it: its name, and where it is. */
interface NamedTest {
  readonly name: string;
  readonly path: string;
}

export interface ThreatRow {
  readonly attacker: string;
  readonly tests: readonly NamedTest[];
}

/** The head of the table of attackers. */
const ATTACKERS = "| attacker | holds | can still | shown by |\n| --- | --- | --- | --- |\n";
const LINK = /\[([^\]]+)\]\((\.\.\/test\/[^)]+)\)/g;

/** The rows of the table with this head. */
export function threatRows(manual: string, head = ATTACKERS): readonly ThreatRow[] {
  const start = manual.indexOf(head);
  if (start < 0) throw new Error("There is no such table");
  const table = manual.slice(start + head.length).split("\n\n", 1)[0] ?? "";
  return table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => {
      const cells = line.split(" | ");
      const tests = [...(cells.at(-1) ?? "").matchAll(LINK)];
      return {
        attacker: (cells[0] ?? "").slice(2),
        tests: tests.map(([, name = "", path = ""]) => ({ name, path })),
      };
    });
}

/** The tests that are not where the rows say. */
export async function missingTests(
  rows: readonly ThreatRow[],
  read: (path: string) => Promise<string>,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { name, path } of rows.flatMap(({ tests }) => tests)) {
    const text = await read(path).catch(() => "");
    if (!text.includes(`"${name}"`)) missing.push(`${path}: ${name}`);
  }
  return missing;
}
