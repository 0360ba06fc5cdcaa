/** A test as a manual links to it: its name, and where it is. */
interface NamedTest {
  readonly name: string;
  readonly path: string;
}

export interface ThreatRow {
  readonly attacker: string;
  readonly tests: readonly NamedTest[];
}

const HEAD = "| attacker | holds | can still | shown by |\n| --- | --- | --- | --- |\n";
const LINK = /\[([^\]]+)\]\((\.\.\/test\/[^)]+)\)/g;

/** The rows of the table of attackers. */
export function threatRows(manual: string): readonly ThreatRow[] {
  const start = manual.indexOf(HEAD);
  if (start < 0) throw new Error("There is no table of attackers");
  const table = manual.slice(start + HEAD.length).split("\n\n", 1)[0] ?? "";
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
