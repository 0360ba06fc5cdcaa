import axe from "axe-core";
import type { Page } from "playwright-core";

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const RUN = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`;

/** What axe calls serious or critical in a page as it is now, a line for each element. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly Violation[]>(RUN);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary = "" }) => `${impact} ${id}: ${html}\n${failureSummary}`),
    );
}
