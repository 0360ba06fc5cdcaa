/** The options of a connection URL, in the driver's form. */
export interface PostgresConnection {
  readonly url: string;
  readonly tls: boolean;
}

/** The driver treats these as `verify-full`, and prints a nine-line warning that it will not always. */
const ALIASES = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;

/** Writes `sslmode` in the form that the driver makes of it, which avoids its warning. */
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
