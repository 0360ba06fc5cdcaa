import type { Weakness } from "./ask-registry.ts";
import type { KnownAdvisories } from "./known-advisories.ts";

/** Whether the record says why an advisory of the registry does no harm here: by its id, which ends its address. */
export function hasReason({ packages, development }: KnownAdvisories, { name, url }: Weakness): boolean {
  const id = url.slice(url.lastIndexOf("/") + 1);
  const known = [packages, development].flatMap((section) =>
    Object.hasOwn(section, name) ? (section[name]?.advisories ?? []) : [],
  );
  return known.some(({ ids, reason }) => reason !== undefined && ids.includes(id));
}
