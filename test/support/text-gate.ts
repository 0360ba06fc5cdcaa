import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { listenLoopback } from "./listen-loopback.ts";

export interface TextGate extends AsyncDisposable {
  readonly port: number;
  /** Holds back, from now on, the next command that has this text in it, and what follows on that connection. */
  holdAt(text: string): void;
  /** Resolves when a command is held back. */
  untilHeld(): Promise<void>;
  /** Lets go on what is held back, and holds back nothing more. */
  release(): void;
}

interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  /** Undefined while everything passes. */
  held: Buffer[] | undefined;
  /** The end of what passed last, since a text may come in two chunks. */
  tail: Buffer;
}

const HELD_WAIT_MS = 20_000;

/** A loopback proxy that lets a client read what it will and stops it when it writes some text. */
export async function startTextGate({ targetPort }: { readonly targetPort: number }): Promise<TextGate> {
  const passages = new Set<Passage>();
  let wanted: Buffer | undefined;
  let onHeld = Promise.withResolvers<void>();

  const pass = (passage: Passage, chunk: Buffer): void => {
    const { server, held, tail } = passage;
    if (held !== undefined) {
      held.push(chunk);
    } else if (wanted !== undefined && Buffer.concat([tail, chunk]).includes(wanted)) {
      passage.held = [chunk];
      onHeld.resolve();
    } else {
      passage.tail = wanted === undefined ? Buffer.alloc(0) : chunk.subarray(-wanted.length);
      server.write(chunk);
    }
  };
  const listener = createServer((client) => {
    const server = createConnection(targetPort, "127.0.0.1");
    const passage: Passage = { client, server, held: undefined, tail: Buffer.alloc(0) };
    passages.add(passage);
    client.setNoDelay(true).on("data", (chunk) => pass(passage, chunk));
    server.setNoDelay(true).on("data", (chunk) => client.write(chunk));
    for (const socket of [client, server]) socket.on("error", () => undefined);
    client.once("close", () => {
      passages.delete(passage);
      server.destroy();
    });
    server.once("close", () => client.destroy());
  });
  const port = await listenLoopback(listener);

  return {
    port,
    holdAt(text) {
      wanted = Buffer.from(text);
      onHeld = Promise.withResolvers<void>();
    },
    async untilHeld() {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => late.reject(new Error(`No command was held back in ${HELD_WAIT_MS} ms`)),
        HELD_WAIT_MS,
      );
      await Promise.race([onHeld.promise, late.promise]).finally(() => clearTimeout(timer));
    },
    release() {
      wanted = undefined;
      for (const passage of passages) {
        const { held = [], server } = passage;
        passage.held = undefined;
        for (const chunk of held) server.write(chunk);
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = once(listener, "close");
      listener.close();
      for (const { client } of passages) client.destroy();
      await closed;
    },
  };
}
