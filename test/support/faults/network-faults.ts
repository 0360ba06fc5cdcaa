import type { TcpProxy } from "../tcp-proxy.ts";
import type { Fault, FaultTarget } from "./fault.ts";

/** Longer than a call for one key may take. */
const TOO_SLOW_MS = 600;
/** Each call ends well within its deadline. */
const SLOW_MS = 150;
/** Less than the answer to any read of views, more than that to a PING. */
const CUT_AFTER_BYTES = 64;
const REARM_MS = 10;

/** What the network does between replicas and a Redis that is well. */
export const NETWORK_FAULTS: readonly Fault[] = [
  onEachProxy("refused", { inject: (proxy) => proxy.refuse(), heal: (proxy) => proxy.accept() }),
  onEachProxy("black hole", { inject: (proxy) => proxy.pause(), heal: (proxy) => proxy.resume() }),
  onEachProxy("slower than the deadline", {
    inject: (proxy) => proxy.delay(TOO_SLOW_MS),
    heal: (proxy) => proxy.delay(0),
  }),
  {
    ...onEachProxy("slow but answering", {
      inject: (proxy) => proxy.delay(SLOW_MS),
      heal: (proxy) => proxy.delay(0),
    }),
    isSilent: true,
  },
  cutOnce(),
  cutAgainAndAgain(),
];

interface ProxyFault {
  readonly inject: (proxy: TcpProxy) => Promise<void> | void;
  readonly heal: (proxy: TcpProxy) => Promise<void> | void;
}

function onEachProxy(name: string, { inject, heal }: ProxyFault): Fault {
  const each = (run: ProxyFault["inject"]) => async (target: FaultTarget) => {
    for (const proxy of target.proxies) await run(proxy);
  };
  return { name, inject: each(inject), heal: each(heal) };
}

function cutOnce(): Fault {
  const fault = onEachProxy("reset once in mid-reply", {
    inject: (proxy) => proxy.resetMidReply(CUT_AFTER_BYTES),
    heal: disarm,
  });
  // Over too soon to be seen by whoever looks now and then.
  return { ...fault, isSilent: true };
}

/** Every connection is reset a little into its next answers, those that were made anew included. */
function cutAgainAndAgain(): Fault {
  const timers = new Map<TcpProxy, NodeJS.Timeout>();
  return onEachProxy("reset again and again in mid-reply", {
    inject: (proxy) => {
      proxy.resetMidReply(CUT_AFTER_BYTES);
      timers.set(
        proxy,
        setInterval(() => proxy.resetMidReply(CUT_AFTER_BYTES), REARM_MS),
      );
    },
    heal: (proxy) => {
      clearInterval(timers.get(proxy));
      timers.delete(proxy);
      disarm(proxy);
    },
  });
}

/** A cut that waits for its bytes and no longer gets them. */
function disarm(proxy: TcpProxy): void {
  proxy.resetMidReply(Number.POSITIVE_INFINITY);
}
