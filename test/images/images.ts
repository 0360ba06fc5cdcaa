/**
 * Builds both images of `deploy/container/Dockerfile` on bases made from this machine and given by digest, runs each as its user without
 * capabilities with views that are mounted, asks it, and stops it by SIGTERM. Needs buildah and the rights of root; prints so and ends
 * where they are missing. It does what the README of the images does with docker, but for a file system that is only read.
 *
 * Run it with `npm run images`.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../support/free-port.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BIN = join(ROOT, "node_modules/.bin");
const NODE = join(BIN, "node");
const START_ATTEMPTS = 100;
const ATTEMPT_MS = 200;
const DOCKERFILE = "deploy/container/Dockerfile";
/** Nothing of these may be in an image: they compile or test. */
const FOREIGN = ["typescript", "vitest", "vite", "esbuild", "bun", "deno", "@biomejs", "@stryker-mutator"];

interface Image {
  readonly target: "deno" | "node";
  readonly programs: readonly string[];
}

const IMAGES: readonly Image[] = [
  { target: "node", programs: [NODE] },
  { target: "deno", programs: [NODE, join(BIN, "deno")] },
];

if (process.getuid?.() !== 0 || !isAtHand("buildah")) {
  print("The images were not built: that needs buildah and the rights of root");
} else {
  makeBase("mosaic-base-node", "node", [NODE]);
  for (const image of IMAGES) await tryImage(image);
}

async function tryImage({ target, programs }: Image): Promise<void> {
  if (target !== "node") makeBase(`mosaic-base-${target}`, target, programs);
  const bases = [`NODE_IMAGE=${pinned("node")}`, `${target.toUpperCase()}_IMAGE=${pinned(target)}`];
  const name = `localhost/mosaic-${target}`;
  const replaced = spawnSync("buildah", ["images", "--quiet", name], { encoding: "utf8" }).stdout.trim();
  buildah(...buildArguments(target, name, bases));
  requireDigestIsUsed(target, name);
  if (replaced !== "") spawnSync("buildah", ["rmi", replaced], { stdio: "ignore" });
  const container = buildah("from", name).trim();
  try {
    const app = join(buildah("mount", container).trim(), "app");
    const packages = join(app, "node_modules");
    const foreign = FOREIGN.filter((one) => existsSync(join(packages, one)));
    if (foreign.length > 0) throw new Error(`The image of ${target} holds ${foreign.join(", ")}`);
    const [size = ""] = execFileSync("du", ["-sm", packages], { encoding: "utf8" }).split("\t");
    print(
      `${target}: ${readdirSync(packages).length} folders of packages, ${size} MB; image ${sizeOf(name)} MB`,
    );
    requireSbom(target, app);
    await runContainer(target, container);
  } finally {
    buildah("rm", container);
  }
}

function buildArguments(target: string, name: string, bases: readonly string[]): readonly string[] {
  const fixed = [
    "build",
    "--isolation",
    "chroot",
    "--pull-never",
    "--format",
    "docker",
    "--file",
    DOCKERFILE,
  ];
  return [...fixed, "--target", target, "--tag", name, ...bases.flatMap((one) => ["--build-arg", one]), "."];
}

/** A base as `name@digest`. */
function pinned(target: string): string {
  const base = `localhost/mosaic-base-${target}`;
  const format = ["--type", "image", "--format", "{{.FromImageDigest}}"];
  return `${base}@${buildah("inspect", ...format, base).trim()}`;
}

/** A build whose base has another digest than the one that was given must fail. */
function requireDigestIsUsed(target: string, name: string): void {
  const wrong = pinned(target).replace(/[0-9a-f]{64}$/, "0".repeat(64));
  const bases = [`NODE_IMAGE=${pinned("node")}`, `${target.toUpperCase()}_IMAGE=${wrong}`];
  const built = spawnSync("buildah", buildArguments(target, `${name}-wrong`, bases), {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (built.status === 0 || !built.stderr.includes("image not known"))
    throw new Error(`The image of ${target} was built on ${wrong}:\n${built.stderr}`);
}

async function runContainer(target: string, container: string): Promise<void> {
  const port = String(await freePort());
  const { Entrypoint: entrypoint, User: user, Labels: labels, Healthcheck: health } = configOf(container);
  if (user !== target) throw new Error(`The image of ${target} runs as ${user}`);
  for (const label of ["title", "description", "version", "revision", "licenses"]) {
    if (!labels[`org.opencontainers.image.${label}`])
      throw new Error(`The image of ${target} has no label ${label}`);
  }
  const views = ["--volume", `${join(ROOT, "data/views")}:/views:ro`, "--env", "VIEWS_DIR=/views"];
  const settings = ["--env", `PORT=${port}`, "--env", "HOST=127.0.0.1", ...views];
  const args = ["run", "--isolation", "chroot", "--cap-drop", "all", ...settings, container, "--"];
  const child = spawn("buildah", [...args, ...entrypoint, "serve"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  await untilServed(`http://127.0.0.1:${port}/views`);
  const pid = serviceOf(child.pid ?? 0, "main.ts");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  if (!/^Uid:\t1000\t/m.test(status) || !/^CapEff:\t0+$/m.test(status))
    throw new Error(`The image of ${target} runs with rights:\n${status}`);
  const [kind, ...probe] = health.Test;
  if (kind !== "CMD") throw new Error(`The health check of ${target} is of the kind ${kind}`);
  buildah(...args, ...probe);
  process.kill(pid, "SIGTERM");
  const [code] = await exited;
  if (code !== 0) throw new Error(`The image of ${target} ended with ${code}`);
  const refused = spawnSync("buildah", [...args, ...probe], { stdio: "ignore" });
  if (refused.status === 0) throw new Error(`The health check of ${target} passes without a service`);
  print(`${target}: served mounted views without capabilities, healthy at another port, and ended with 0`);
}

/** What an image declares, as far as it is looked at here. */
interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly User: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

function configOf(container: string): ImageConfig {
  const inspected = JSON.parse(buildah("inspect", container)) as {
    readonly Docker: { readonly config: ImageConfig };
  };
  return inspected.Docker.config;
}

/** The bill of materials names packages of the service, and none that only compile or test. */
function requireSbom(target: string, app: string): void {
  const { components } = JSON.parse(readFileSync(join(app, "sbom.cdx.json"), "utf8")) as {
    readonly components: readonly { readonly name: string }[];
  };
  const missing = ["hono", "ioredis", "pg"].filter((name) => !components.some((one) => one.name === name));
  const foreign = components.map(({ name }) => name).filter((name) => FOREIGN.includes(name));
  if (missing.length + foreign.length > 0) {
    throw new Error(`The SBOM of ${target} lacks ${missing.join(", ")} and names ${foreign.join(", ")}`);
  }
}

function sizeOf(image: string): number {
  const [inspected] = JSON.parse(buildah("images", "--json", image)) as readonly { readonly size: string }[];
  return Number.parseInt(inspected?.size ?? "", 10);
}

async function untilServed(url: string): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status === 200) return;
    await delay(ATTEMPT_MS);
  }
  throw new Error(`Nothing is served at ${url}`);
}

/** The innermost descendant of a process whose command line names a file. */
function serviceOf(pid: number, file: string): number {
  const named = descendantsOf(pid).filter((one) =>
    readFileSync(`/proc/${one}/cmdline`, "utf8").includes(file),
  );
  const last = named.at(-1);
  if (last === undefined) throw new Error(`No process runs ${file}`);
  return last;
}

function descendantsOf(pid: number): readonly number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function makeBase(name: string, user: string, programs: readonly string[]): void {
  execFileSync(join(ROOT, "test/images/make-base.sh"), [name, user, ...programs], { stdio: "inherit" });
}

function buildah(...args: readonly string[]): string {
  return execFileSync("buildah", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function isAtHand(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
