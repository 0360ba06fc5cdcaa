/** What a URL asks of the connection, as the driver is given it. */
export interface PostgresConnection {
  readonly url: string;
  readonly tls: boolean;
}

/** The driver takes these for `verify-full`, and says in nine lines on the terminal that it will not always. */
const ALIASES = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;

/** Says outright what the driver makes of `sslmode`, so that it has nothing to warn of. */
export function readPostgresUrl(url: string): PostgresConnection {
  const [address = "", fragment] = url.split("#", 2);
  const parameters = new URLSearchParams(address.includes("?") ? address.slice(address.indexOf("?")) : "");
  const hasOwnMeaning = parameters.get("uselibpqcompat") === "true";
  const plain = hasOwnMeaning ? address : address.replace(ALIASES, "$1verify-full");
  const mode = parameters.get("sslmode");
  const asked = mode ?? parameters.get("ssl") ?? parameters.get("sslrootcert") ?? "disable";
  const tls = !["0", "disable", "false"].includes(asked);
  return { url: fragment === undefined ? plain : `${plain}#${fragment}`, tls };
}
