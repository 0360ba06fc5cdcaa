import {
  createSetUpContext,
  hasReplicas,
  type SetUpNode,
  type SetUpOptions,
  startNode,
  untilTrue,
} from "./set-up-nodes.ts";
import type { NetworkFaults, TestNetwork } from "./test-network.ts";

/** One server behind a name, and one that takes its place when an operator says so. */
export interface SingleSetUp extends AsyncDisposable {
  /** What a service needs to use it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly nodes: readonly SetUpNode[];
  /** The server that is meant to be the primary. */
  primary(): Promise<SetUpNode>;
  /** The other one. */
  standby(): SetUpNode;
  /** Makes the standby the primary, without the name. */
  promote(): Promise<SetUpNode>;
  /** Lets the name stand for the primary. */
  moveName(): Promise<void>;
  /** Makes the other server a replica of the primary again. */
  demoteOther(): Promise<void>;
}

const NAME = "redis.mosaic.example";

/** @param options `network`: one that has names, as network namespaces do */
export async function startSingleSetUp(
  options: SetUpOptions & { readonly network: TestNetwork & { readonly faults: NetworkFaults } },
): Promise<SingleSetUp> {
  const { faults } = options.network;
  const stack = new AsyncDisposableStack();
  try {
    const context = stack.use(await createSetUpContext(options));
    const first = stack.use(await startNode(context, () => []));
    const second = stack.use(await startNode(context, () => []));
    let [primary, standby] = [first, second];
    const demoteOther = async (): Promise<void> => {
      await standby.command("REPLICAOF", primary.host.address, String(primary.clientPort));
      await untilTrue("the standby follows the primary", () => hasReplicas(primary, 1));
    };
    await demoteOther();
    await faults.pointName(NAME, primary.host);
    const resources = stack.move();
    return {
      settings: { CACHE_BACKEND: "redis", REDIS_URL: `redis://${NAME}:${first.clientPort}/0` },
      nodes: [first, second],
      primary: async () => primary,
      standby: () => standby,
      async promote() {
        await standby.command("REPLICAOF", "NO", "ONE");
        [primary, standby] = [standby, primary];
        return primary;
      },
      moveName: () => faults.pointName(NAME, primary.host),
      demoteOther,
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
