import { shortenHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { drawBadge, drawReplicaName } from "./parts.js";

/**
 * @typedef {object} Replica
 * @property {string} id
 * @property {string} [name] only of a replica that has one
 * @property {string} version
 * @property {string} runtime
 * @property {string} startedAt
 * @property {{ readonly hash: string, readonly source: "cache" | "disk", readonly views: number, readonly ageSeconds: number } | null} catalog
 * @property {{ readonly backend: string, readonly state: "down" | "up" }} cache
 * @property {{ readonly count: number, readonly ageSeconds: number, readonly stale: boolean } | null} tickers
 * @property {boolean} divergent
 * @property {{ readonly reason: string, readonly since: string }} [disk] only while its catalog on disk is refused
 *
 * @typedef {{ readonly reason?: string, readonly fault?: string, readonly address?: string }} Outage
 *
 * @typedef {object} Fleet
 * @property {string} self
 * @property {boolean} shared
 * @property {string | null} hash
 * @property {number} diverging
 * @property {readonly Replica[]} replicas
 * @property {readonly { readonly id: string, readonly name?: string, readonly since: string }[]} [lost] absent from an older replica
 * @property {Outage} [outage] only while the shared cache is away
 * @property {{ readonly ageSeconds: number, readonly replicas: readonly Replica[] }} [lastSeen] only while the shared cache is away
 */

/**
 * All replicas, those that diverge first.
 *
 * @param {import("./texts.js").PageTexts} words
 * @param {Fleet} fleet
 */
export function drawReplicas(words, { self, replicas, lastSeen }) {
  const { t } = words;
  const heads = [t("replica"), t("catalog"), t("cache"), t("tickers"), t("version"), t("started")];
  const sorted = replicas.toSorted((left, right) => Number(right.divergent) - Number(left.divergent));
  return html`
    <table class="cards replicas" role="table" aria-label=${t("replicas")}>
      <thead role="rowgroup">
        <tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr>
      </thead>
      <tbody role="rowgroup">
        ${sorted.map((replica) => drawReplica(words, replica, { isSelf: replica.id === self, heads }))}
        ${(lastSeen?.replicas ?? []).map((replica) => drawReplica(words, replica, { goneSeconds: lastSeen?.ageSeconds, heads }))}
      </tbody>
    </table>`;
}

/**
 * @param {import("./texts.js").PageTexts} words
 * @param {Replica} replica
 * @param {object} row
 * @param {readonly string[]} row.heads
 * @param {boolean} [row.isSelf]
 * @param {number | undefined} [row.goneSeconds] how long ago it was last seen; undefined for a live replica
 */
function drawReplica({ t, counted, format }, replica, { heads, isSelf = false, goneSeconds }) {
  const { version, runtime, startedAt, catalog, cache, tickers, divergent, disk } = replica;
  const source = catalog && t(catalog.source === "disk" ? "sharedFromDisk" : "sharedFromCache");
  return html`
    <tr role="row" class=${goneSeconds !== undefined ? "gone" : divergent ? "divergent" : ""}>
      <th role="rowheader" scope="row">
        ${drawReplicaName(replica)}
        <span class="marks">${isSelf ? html`<em>${t("thisReplica")}</em>` : nothing}${divergent ? drawBadge("warn", t("diverges")) : nothing}${disk === undefined ? nothing : drawBadge("warn", t("diskRefusedShort"))}${goneSeconds === undefined ? nothing : drawBadge("idle", t("lastSeen", { age: format.age(goneSeconds) }))}</span>
      </th>
      <td role="cell" data-head=${heads[1]}>
        ${
          catalog === null
            ? "–"
            : html`<code title=${catalog.hash}>${shortenHash(catalog.hash)}</code>
              <small>${counted(catalog.views, "View")}, ${source}, ${t("forAge", { age: format.age(catalog.ageSeconds) })}</small>`
        }
      </td>
      <td role="cell" data-head=${heads[2]}>${cache.backend} ${goneSeconds === undefined ? drawBadge(cache.state === "up" ? "good" : "warn", t(cache.state)) : nothing}</td>
      <td role="cell" data-head=${heads[3]}>
        ${tickers === null ? "–" : html`${format.number(tickers.count)} <small>${t("loaded", { age: format.age(tickers.ageSeconds) })}</small> ${tickers.stale ? drawBadge("warn", t("staleShort")) : nothing}`}
      </td>
      <td role="cell" data-head=${heads[4]}>${version} <small>${runtime}</small></td>
      <td role="cell" data-head=${heads[5]}><time datetime=${startedAt}>${format.time(startedAt)}</time></td>
    </tr>`;
}
