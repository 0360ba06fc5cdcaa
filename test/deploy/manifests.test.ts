import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseSettings } from "../../src/app/settings/settings.ts";
import {
  type Manifest,
  parseManifests,
  readDeployFile,
  readManifest,
  renderChart,
} from "../support/deployment-files.ts";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { runToEnd } from "../support/run-main.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const { version } = parse(await readPackage()) as { readonly version: string };

function readPackage(): Promise<string> {
  return readDeployFile("../package.json");
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly Container[];
}

interface Container {
  readonly ports: readonly { readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: object;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string } };
}

/** How long the service ends requests under way, in seconds; `DRAIN_TIMEOUT_MS` of the service. */
const DRAIN_SECONDS = 10;

function podOf(manifests: readonly Manifest[]): PodSpec {
  const deployment = manifests.find(({ kind }) => kind === "Deployment") as unknown as {
    readonly spec: { readonly template: { readonly spec: PodSpec } };
  };
  return deployment.spec.template.spec;
}

/** The names and kinds that both ways to deploy make. */
const KINDS = ["Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service"];

async function plainManifests(): Promise<readonly Manifest[]> {
  const { resources } = (await readManifest("kubernetes/kustomization.yaml")) as unknown as {
    readonly resources: readonly string[];
  };
  return Promise.all(resources.map((name) => readManifest(`kubernetes/${name}`)));
}

const WAYS = [
  { name: "deploy/kubernetes", read: plainManifests },
  { name: "deploy/helm", read: renderChart },
];

describe.each(WAYS)("$name", ({ read }) => {
  test("has every object once, each with a version, a kind and a name", async () => {
    const manifests = await read();
    const kinds = manifests.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(KINDS));
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { apiVersion, metadata } of manifests)
      expect(`${apiVersion} ${metadata.name}`).toMatch(/^\S+ mosaic/);
  });

  test("runs without rights, on a file system that is only read", async () => {
    const { automountServiceAccountToken, securityContext, containers } = podOf(await read());
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(containers[0]?.resources).toMatchObject({
      requests: { memory: "192Mi" },
      limits: { memory: "512Mi" },
    });
  });

  test("asks for life at /healthz and for readiness at /readyz, and waits longer than the service drains", async () => {
    const { containers, terminationGracePeriodSeconds } = podOf(await read());
    const [container] = containers;
    const paths = (["startup", "liveness", "readiness"] as const).map(
      (name) => container?.[`${name}Probe`]?.httpGet.path,
    );
    expect(paths).toEqual(["/healthz", "/healthz", "/readyz"]);
    const preStop = container?.lifecycle.preStop.sleep.seconds ?? Number.NaN;
    const delay = container?.env.find((one) => one.name === "HTTP_DRAIN_DELAY")?.value;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(preStop + Number(delay) + DRAIN_SECONDS);
    const drain = /DRAIN_TIMEOUT_MS = ([0-9_]+)/.exec(
      await readDeployFile("../src/app/lifecycle/service.ts"),
    )?.[1];
    expect(Number(drain?.replace("_", ""))).toBe(DRAIN_SECONDS * 1000);
  });

  test("sets what the service reads", async () => {
    const given = podOf(await read()).containers[0]?.env.map(({ name, value }) => [name, value]) ?? [];
    const secrets = { REDIS_URL: "redis://redis:6379/0", ADMIN_TOKEN: "token" };
    const settings = parseSettings(
      { CACHE_BACKEND: "redis", ...Object.fromEntries(given), ...secrets },
      { terminal: false },
    );
    expect(settings).toMatchObject({ kind: "settings", settings: { viewsDir: "/views", port: 8000 } });
  });
});

describe("deploy/kubernetes", () => {
  test("is rendered by kustomize, where kubectl is at hand", async ({ annotate }) => {
    const client = { args: ["version", "--client"], directory: ROOT };
    const found = await runToEnd("kubectl", client).catch(() => undefined);
    if (found === undefined)
      return void annotate(
        "kubectl is not at hand: the files were checked, not what kustomize makes of them",
      );
    const run = await runToEnd("kubectl", { args: ["kustomize", "deploy/kubernetes"], directory: ROOT });
    const manifests = parseManifests(run.stdout);
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual(
      ["ConfigMap", ...KINDS, "Namespace"].toSorted(),
    );
    const names = manifests.map(({ metadata }) => metadata.name);
    expect(run.stdout).toContain(`name: ${names.find((name) => name.startsWith("mosaic-views-"))}`);
    expect(run.stdout).toContain(`image: mosaic:${version}`);
  });

  test("names the views and the version of this project, and what a ConfigMap holds", async () => {
    const kustomization = (await readManifest("kubernetes/kustomization.yaml")) as unknown as {
      readonly configMapGenerator: readonly { readonly files: readonly string[] }[];
      readonly images: readonly object[];
    };
    expect(kustomization.images).toEqual([{ name: "mosaic", newTag: version }]);
    const files = kustomization.configMapGenerator.flatMap((generator) => generator.files);
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) expect(await readDeployFile(`kubernetes/${name}`)).toContain("columns:");
    expect(await readDeployFile("kubernetes/README.md")).toContain("A ConfigMap holds 1 MiB");
    expect(await readDeployFile("helm/values.yaml")).toContain("at most 1 MiB in all");
  });

  test("takes the rules of deploy/prometheus as they are", async () => {
    const rule = await readManifest("kubernetes/monitoring/prometheus-rule.yaml");
    expect(rule.spec).toEqual(parse(await readDeployFile("prometheus/mosaic.rules.yaml")));
  });
});

test("versions are the same everywhere", async () => {
  const { VERSION } = await import("../../src/app/settings/version.ts");
  const chart = parse(await readDeployFile("helm/Chart.yaml")) as Readonly<Record<string, string>>;
  const dockerfile = await readDeployFile("container/Dockerfile");
  const images = [...dockerfile.matchAll(/^ARG VERSION=(.+)$/gm)].map(([, each]) => each);
  const lock = JSON.parse(await readDeployFile("../package-lock.json"));
  const locked = [lock.version, lock.packages[""].version];
  expect(images).toHaveLength(2);
  expect([VERSION, chart.version, chart.appVersion, ...images, ...locked]).toEqual(Array(7).fill(version));
});

describe("deploy/systemd/mosaic.service", () => {
  test("gives up every right, and waits longer than the service drains", async () => {
    const unit = await readDeployFile("systemd/mosaic.service");
    const wanted = [
      "DynamicUser=yes",
      "CapabilityBoundingSet=",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
    ];
    for (const line of [...wanted, "SystemCallFilter=@system-service"])
      expect(unit.split("\n")).toContain(line);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(DRAIN_SECONDS);
    expect(unit).toContain("node_modules/mosaic/dist/app/main.js");
  });
});

test("deploy/systemd/mosaic.service is a unit that systemd understands, where it is at hand", async ({
  annotate,
}) => {
  await using folder = await createGuardedDirectory("mosaic-unit-");
  const unit = join(folder.path, "mosaic.service");
  // The command is not installed here.
  const text = await readDeployFile("systemd/mosaic.service");
  await writeFile(unit, text.replace(/^ExecStart=.*$/m, "ExecStart=/bin/true"));
  const verify = { args: ["verify", unit], directory: folder.path };
  const run = await runToEnd("systemd-analyze", verify).catch(() => undefined);
  if (run === undefined)
    return void annotate("systemd-analyze is not at hand: the lines were checked, not the unit");
  expect([run.exitCode, run.stdout, run.stderr]).toEqual([0, "", ""]);
});

test("deploy/grafana is provisioned from a folder that the comment names", async () => {
  const { providers } = parse(await readDeployFile("grafana/provisioning/dashboards/mosaic.yaml")) as {
    readonly providers: readonly { readonly options: { readonly path: string } }[];
  };
  expect(providers.map(({ options }) => options.path)).toEqual(["/var/lib/grafana/dashboards"]);
});
