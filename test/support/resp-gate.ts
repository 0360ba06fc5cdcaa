import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { createGatedConnection, type GatedConnection, type StepResult } from "./gated-connection.ts";
import { listenLoopback } from "./listen-loopback.ts";

export interface RespGateOptions {
  readonly targetPort: number;
}

export interface RespGate {
  readonly port: number;
  /** Forwards the next queued command and waits until its reply has been handed to the client. */
  step(): Promise<StepResult>;
  /** While on, commands are forwarded at once, those queued included. */
  passthrough(isOn: boolean): void;
  /** How many whole commands are queued. */
  waiting(): number;
  /** Resolves when a command is queued or the client has closed; before the first client it waits for one. */
  untilWaiting(): Promise<void>;
  /** Destroys the client's and the server's socket; what was not forwarded is lost. */
  cut(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A proxy for one Redis client which holds back each of its commands until it is told to step. */
export async function startRespGate({ targetPort }: RespGateOptions): Promise<RespGate> {
  let current: GatedConnection | undefined;
  let isOpen = false;
  let waiters: (() => void)[] = [];

  const wake = (): void => {
    const woken = waiters;
    waiters = [];
    for (const resolve of woken) resolve();
  };
  const server = createServer((client) => {
    // A client that reconnects may be here before its old connection is seen to close.
    current?.destroy();
    const connection = createGatedConnection({
      client,
      server: createConnection(targetPort, "127.0.0.1"),
      isOpen: () => isOpen,
      onChange: () => {
        if (connection === current) wake();
      },
    });
    current = connection;
  });
  const port = await listenLoopback(server);

  const cut = async (): Promise<void> => {
    await current?.destroy();
  };
  const close = async (): Promise<void> => {
    const closed = server.listening ? once(server, "close") : undefined;
    if (closed !== undefined) server.close();
    await cut();
    await closed;
    wake();
  };

  return {
    port,
    step: () => current?.step() ?? Promise.resolve({ kind: "idle" }),
    passthrough: (isOn) => {
      isOpen = isOn;
      if (isOn) current?.flush();
    },
    waiting: () => current?.waiting() ?? 0,
    untilWaiting: async () => {
      if (current !== undefined && (current.waiting() > 0 || current.hasClosed())) return;
      await new Promise<void>((resolve) => waiters.push(resolve));
    },
    cut,
    close,
    [Symbol.asyncDispose]: close,
  };
}
