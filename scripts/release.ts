/**
 * Makes a release in `release/`: the npm package, the JSR package, the chart, an SBOM and checksums, and stops before publishing.
 *
 * Run it with `npm run release`, on a clean tree whose tests have passed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";

const ROOT = resolve(import.meta.dirname, "..");
const RELEASE = resolve(ROOT, "release");

const { name, version } = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as {
  readonly name: string;
  readonly version: string;
};
requireReady();
run("npm", "run", "-s", "check");
rmSync(RELEASE, { recursive: true, force: true });
mkdirSync(RELEASE);
run("npm", "pack", "--silent", "--pack-destination", RELEASE);
run("npm", "run", "-s", "build:jsr");
run("tar", "-czf", resolve(RELEASE, `mosaic-jsr-${version}.tgz`), "dist-jsr");
run("tar", "-czf", resolve(RELEASE, `mosaic-chart-${version}.tgz`), "-C", "deploy", "helm");
writeFileSync(resolve(RELEASE, `mosaic-${version}.cdx.json`), sbom());
writeFileSync(resolve(RELEASE, "SHA256SUMS"), checksums());
process.stdout.write(`Version ${version} lies in release/. To publish it, see docs/releasing.md.\n`);

/** A release is what is committed, under a version that the changelog has. */
function requireReady(): void {
  if (read("git", "status", "--porcelain") !== "") fail("The tree has changes that are not committed");
  const changelog = readFileSync(resolve(ROOT, "CHANGELOG.md"), "utf8");
  if (!changelog.includes(`## [${version}]`)) fail(`CHANGELOG.md has no section [${version}]`);
}

/** npm names the project by its folder there, which is that of whoever releases. */
function sbom(): string {
  const text = read("npm", "sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--omit", "optional");
  const bill = JSON.parse(text) as { metadata: { component: { name: string } } };
  bill.metadata.component.name = name;
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function checksums(): string {
  const lines = readdirSync(RELEASE).map((file) => {
    const digest = createHash("sha256")
      .update(readFileSync(resolve(RELEASE, file)))
      .digest("hex");
    return `${digest}  ${file}\n`;
  });
  return lines.join("");
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd: ROOT, stdio: "inherit" });
}

function read(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function fail(reason: string): never {
  process.stderr.write(`Cannot release ${version}: ${reason}\n`);
  process.exit(1);
}
