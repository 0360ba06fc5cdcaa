import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";

/** Certificates and key of TLS connections, in PEM. */
export interface TlsFiles {
  /** The trusted CA certificates instead of the runtime's. */
  readonly ca?: string | undefined;
  /** The client certificate and its intermediate certificates. */
  readonly cert?: string | undefined;
  /** The private key of the client certificate. */
  readonly key?: string | undefined;
  /** The server name that is sent, and that the server's certificate must have; the host by default. */
  readonly serverName?: string | undefined;
}

/** The TLS options of one connection. Node sends a server name only if it is set here. */
export function createTlsOptions({ ca, cert, key, serverName }: TlsFiles, host = ""): ConnectionOptions {
  const name = serverName ?? (isIP(host) === 0 ? host : "");
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(name === "" ? {} : { servername: name }),
  };
}
