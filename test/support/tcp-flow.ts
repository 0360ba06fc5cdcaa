import type { Writable } from "node:stream";

/** What a source did: sent bytes, ended, or broke. */
export type TcpItem = Buffer | "end" | "reset";

export interface TcpFlowOptions {
  readonly isPaused: () => boolean;
  readonly delayMs: () => number;
  /** Passes an item on, and returns the stream it wrote to. */
  readonly deliver: (item: TcpItem) => Writable | undefined;
  /** Tells that the source should pause or may go on. */
  readonly onFull: (isFull: boolean) => void;
}

export interface TcpFlow {
  push(item: TcpItem): void;
  /** Delivers what is due; to be called when a pause ends. */
  pump(): void;
  /** Delivers one item, paused or not, and of many bytes no more than 64 KiB: runtimes read up to that, or to eight times as much. */
  step(): void;
  close(): void;
}

interface QueuedItem {
  readonly item: TcpItem;
  readonly dueMs: number;
}

const queuedBytesMax = 16 * 1024 * 1024;
const stepBytesMax = 64 * 1024;

/** One direction of a proxied connection: items in order, held back while paused or delayed. */
export function createTcpFlow({ isPaused, delayMs, deliver, onFull }: TcpFlowOptions): TcpFlow {
  const queue: QueuedItem[] = [];
  let queuedBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let isDraining = false;

  const push = (item: TcpItem): void => {
    queue.push({ item, dueMs: performance.now() + delayMs() });
    queuedBytes += sizeBytes(item);
    if (queuedBytes > queuedBytesMax) onFull(true);
    pump();
  };
  const pump = (): void => {
    for (let head = queue[0]; head !== undefined && !isHeld(head); head = queue[0]) deliverHead();
    if (queuedBytes <= queuedBytesMax) onFull(false);
  };
  const step = (): void => {
    const head = queue[0];
    if (head !== undefined && typeof head.item !== "string" && head.item.length > stepBytesMax) {
      const { item, dueMs } = head;
      queue.splice(
        0,
        1,
        { item: item.subarray(0, stepBytesMax), dueMs },
        { item: item.subarray(stepBytesMax), dueMs },
      );
    }
    deliverHead();
  };
  const deliverHead = (): void => {
    const head = queue.shift();
    if (head === undefined) return;
    queuedBytes -= sizeBytes(head.item);
    const sink = deliver(head.item);
    if (sink?.writableNeedDrain) awaitDrain(sink);
  };
  const isHeld = (head: QueuedItem): boolean => {
    if (isPaused() || isDraining || timer !== undefined) return true;
    const waitMs = Math.ceil(head.dueMs - performance.now());
    if (waitMs <= 0) return false;
    timer = setTimeout(() => {
      timer = undefined;
      pump();
    }, waitMs);
    return true;
  };
  const awaitDrain = (sink: Writable): void => {
    isDraining = true;
    sink.once("drain", () => {
      isDraining = false;
      pump();
    });
  };
  const close = (): void => {
    clearTimeout(timer);
    queue.length = 0;
    queuedBytes = 0;
  };

  return { push, pump, step, close };
}

function sizeBytes(item: TcpItem): number {
  return typeof item === "string" ? 0 : item.length;
}
