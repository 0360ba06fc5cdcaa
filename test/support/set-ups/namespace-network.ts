import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { guardExit } from "../exit-guard.ts";
import { runProgram } from "../run-program.ts";
import type { NetworkFaults, NetworkHost, TestNetwork } from "./test-network.ts";

/** A host, with its network namespace and its link to the router. */
interface NamespaceHost extends NetworkHost {
  readonly namespace: string;
  readonly link: string;
}

export type NamespaceNetwork = TestNetwork & { readonly faults: NetworkFaults };

const ATTEMPTS_MAX = 20;
const FIRST_PORT = 6379;
const FORWARDING = ["net.ipv4.ip_forward=1"];
/** Where `ip netns exec` takes a namespace's own /etc/hosts from. */
const HOSTS_FOLDERS = "/etc/netns";
let networksMade = 0;

/** Why this machine has no network namespaces for tests; undefined where it has. */
export async function findNamespaceObstacle(): Promise<string | undefined> {
  if (process.platform !== "linux") return "network namespaces are of Linux";
  if (process.getuid?.() !== 0) return "not root, so no network namespaces";
  const name = `mosaic-probe-${process.pid}`;
  const added = await runProgram("ip", ["netns", "add", name]).catch((error: Error) => ({
    code: 1,
    stderr: error.message,
  }));
  if (added.code !== 0) return `no network namespaces: ${added.stderr.trim()}`;
  await runProgram("ip", ["netns", "delete", name]);
  return undefined;
}

/**
 * A network of its own: each host is a network namespace with an address, linked to the namespace of a router, and the
 * test reaches all of them through it. Faults are rules of the router. All of it ends at the latest with this process.
 */
export async function createNamespaceNetwork(): Promise<NamespaceNetwork> {
  networksMade += 1;
  const prefix = `mz${process.pid.toString(36)}${networksMade}`;
  const router = `${prefix}r`;
  const namespaces = [router];
  const hosts: NamespaceHost[] = [];
  let hostsMade = 0;
  const names = new Map<string, NetworkHost>();
  const subnet = await addRouter(router, `${prefix}u`);
  const guard = guardExit(
    `ip netns list | cut -d" " -f1 | grep "^$1" | while read -r n; do ip netns delete "$n"; rm -rf "$2/$n"; done`,
    [prefix, HOSTS_FOLDERS],
  );
  const rule = (...words: readonly string[]) =>
    ip("-n", router, "rule", "add", "pref", "100", ...words, "blackhole");
  const writeNames = async (host: NamespaceHost): Promise<void> => {
    const lines = [...names].map(([name, { address }]) => `${address} ${name}\n`);
    // In place: the file is mounted over the host's own, and another one would not be seen.
    await writeFile(join(HOSTS_FOLDERS, host.namespace, "hosts"), `127.0.0.1 localhost\n${lines.join("")}`);
  };

  return {
    async addHost() {
      hostsMade += 1;
      const number = hostsMade;
      const namespace = `${prefix}h${number}`;
      const link = `v${number}`;
      const address = `${subnet}.${number + 4}`;
      namespaces.push(namespace);
      await ip("netns", "add", namespace);
      await ipIn(router, [
        `link add ${link} type veth peer name eth0 netns ${namespace}`,
        `link set ${link} up`,
        `route add ${address}/32 dev ${link}`,
      ]);
      await ipIn(namespace, [
        "link set lo up",
        "link set eth0 up",
        `addr add ${address}/32 dev eth0`,
        "route add default dev eth0",
      ]);
      await sysctl(router, `net.ipv4.conf.${link}.proxy_arp=1`, `net.ipv4.neigh.${link}.proxy_delay=0`);
      const enter = ["ip", "netns", "exec", namespace];
      // Nobody else is there: each host has the same ports, so that a name can move from one to another.
      let port = FIRST_PORT;
      const choosePort = async (): Promise<number> => port++;
      const host = { address, enter, choosePort, namespace, link };
      hosts.push(host);
      await mkdir(join(HOSTS_FOLDERS, namespace), { recursive: true });
      await writeNames(host);
      return host;
    },
    faults: {
      async isolate(host) {
        const { link, address } = hostIn(hosts, host);
        await rule("iif", link);
        await rule("to", address);
      },
      async split(side, other) {
        for (const one of side.map((each) => hostIn(hosts, each))) {
          for (const two of other.map((each) => hostIn(hosts, each))) {
            await rule("iif", one.link, "to", two.address);
            await rule("iif", two.link, "to", one.address);
          }
        }
      },
      async heal() {
        while ((await runProgram("ip", ["-n", router, "rule", "delete", "pref", "100"])).code === 0);
      },
      async pointName(name, host) {
        names.set(name, host);
        for (const each of hosts) await writeNames(each);
      },
    },
    async [Symbol.asyncDispose]() {
      for (const namespace of namespaces) {
        await runProgram("ip", ["netns", "delete", namespace]);
        await rm(join(HOSTS_FOLDERS, namespace), { recursive: true, force: true });
      }
      guard.release();
    },
  };
}

/** Another test may have taken a subnet: the next one is tried. Returns its first three numbers. */
async function addRouter(router: string, uplink: string): Promise<string> {
  await ip("netns", "add", router);
  await ip("link", "add", uplink, "type", "veth", "peer", "name", "uplink", "netns", router);
  for (let attempt = 1; ; attempt += 1) {
    const subnet = `10.${200 + Math.floor(Math.random() * 50)}.${Math.floor(Math.random() * 256)}`;
    const taken = (await runProgram("ip", ["route", "show", "to", "root", `${subnet}.0/24`])).stdout;
    if (taken.trim() !== "" && attempt < ATTEMPTS_MAX) continue;
    await ip("addr", "add", `${subnet}.1/32`, "peer", `${subnet}.2`, "dev", uplink);
    await ip("link", "set", uplink, "up");
    await ip("-n", router, "addr", "add", `${subnet}.2/32`, "peer", `${subnet}.1`, "dev", "uplink");
    for (const device of ["lo", "uplink"]) await ip("-n", router, "link", "set", device, "up");
    await ip("route", "add", `${subnet}.0/24`, "via", `${subnet}.2`, "src", `${subnet}.1`);
    await sysctl(router, ...FORWARDING);
    return subnet;
  }
}

function hostIn(hosts: readonly NamespaceHost[], { address }: NetworkHost): NamespaceHost {
  const found = hosts.find((host) => host.address === address);
  if (found === undefined) throw new RangeError(`No host of this network has the address ${address}`);
  return found;
}

async function sysctl(namespace: string, ...settings: readonly string[]): Promise<void> {
  await run("ip", ["netns", "exec", namespace, "sysctl", "-qw", ...settings]);
}

function ip(...args: readonly string[]): Promise<void> {
  return run("ip", args);
}

/** One process for all lines. */
function ipIn(namespace: string, lines: readonly string[]): Promise<void> {
  return run("ip", ["-n", namespace, "-batch", "-"], `${lines.join("\n")}\n`);
}

async function run(command: string, args: readonly string[], input = ""): Promise<void> {
  const { code, stderr } = await runProgram(command, args, { input });
  if (code !== 0) throw new Error(`Cannot run ${command} ${args.join(" ")}: ${stderr.trim()}`);
}
