import { setTimeout as delay } from "node:timers/promises";
import type { Language } from "../../../lib/language.ts";
import { CatalogSourceError, type CatalogSourcePort } from "../../../ports/catalog-source-port.ts";
import { createInvalidCatalogMessage } from "../../catalog/read-disk.ts";
import type { ReloadOutcome } from "../../catalog/reload.ts";
import type { RunningService } from "../../lifecycle/service.ts";
import { CAUSES_PT } from "../commands/causes-pt.ts";
import { type CommandDeps, type CommandIo, formatCount } from "../commands/command.ts";
import { printDiagnostics } from "../commands/printer.ts";

/** Maximum number of printed diagnostics; `mosaic validate` prints all of them. */
const DIAGNOSTICS_MAX = 20;

export interface ReloadOnSaveOptions {
  readonly viewsDir: string;
  readonly service: Pick<RunningService, "reload">;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/**
 * Reloads a service at once, and whenever its views change on disk, until the signal fires. Diagnostics are
 * printed on stderr with their source lines. If the views have errors, the service keeps its catalog.
 */
export function reloadOnSave(
  io: CommandIo,
  deps: CommandDeps,
  { viewsDir, service, language, signal }: ReloadOnSaveOptions,
): Promise<void> {
  const source = deps.openSource(viewsDir);
  return watchViews({
    fingerprint: () => deps.fingerprint(viewsDir),
    onChange: () => reloadChange(io, deps, { source, service, language, signal }),
    pause: (ms) => delay(ms, undefined, { signal }).catch(() => undefined),
    monotonicMs: () => performance.now(),
    signal,
  });
}

interface ChangeContext extends Omit<ReloadOnSaveOptions, "viewsDir"> {
  readonly source: CatalogSourcePort;
}

async function reloadChange(
  io: CommandIo,
  deps: CommandDeps,
  { source, service, language, signal }: ChangeContext,
) {
  const print = (text: string): void => io.stderr.line(text);
  try {
    const load = await source.load({ signal });
    const diagnostics = load.kind === "loaded" ? load.warnings : load.diagnostics;
    await printDiagnostics(io.stderr, deps, diagnostics, {
      diagnosticsMax: DIAGNOSTICS_MAX,
      language,
    });
    // The service reads the disk itself: it activates the catalog, or sends the refusal to its event stream.
    const outcome = await service.reload();
    if (signal.aborted) return;
    print(
      outcome.kind === "reloaded"
        ? describeReloaded(source.name, outcome, RELOAD_ON_SAVE_TEXTS[language])
        : describeFailure(source.name, outcome, language),
    );
  } catch (error) {
    if (signal.aborted) return;
    // A read may fail while files change: the next change starts a new read.
    print(
      error instanceof CatalogSourceError
        ? error.texts[language]
        : `Cannot reload ${source.name}: ${String(error)}`,
    );
  }
}

type ReloadedOutcome = Extract<ReloadOutcome, { kind: "reloaded" }>;

const RELOAD_ON_SAVE_TEXTS = {
  en: {
    stays: "the active catalog stays in use",
    nothing: "no catalog is served yet",
    served: (views: number) => `${formatCount(views, "view")} served`,
    named: { added: "added", changed: "changed", removed: "removed" },
    more: (count: number) => ` and ${count} more`,
  },
  pt: {
    stays: "o catálogo ativo continua em uso",
    nothing: "nenhum catálogo é servido ainda",
    served: (views: number) => formatCount(views, "view servida", "views servidas"),
    named: { added: "novas:", changed: "alteradas:", removed: "removidas:" },
    more: (count: number) => ` e mais ${count}`,
  },
};

function describeFailure(
  name: string,
  outcome: Exclude<ReloadOutcome, ReloadedOutcome>,
  language: Language,
): string {
  const texts = RELOAD_ON_SAVE_TEXTS[language];
  const state = outcome.active === undefined ? texts.nothing : texts.stays;
  switch (outcome.kind) {
    case "invalid":
      return `${createInvalidCatalogMessage(name, outcome.diagnostics, language)}; ${state}`;
    case "refused": {
      const cause = language === "pt" ? CAUSES_PT.reasons.get(outcome.reason) : undefined;
      return `${name}: ${cause ?? outcome.detail} [${outcome.reason}]; ${state}`;
    }
    case "unreadable":
      return `${outcome.detail}; ${state}`;
  }
}

const ENTITIES_SHOWN_MAX = 5;

function describeReloaded(
  name: string,
  { changes, views }: ReloadedOutcome,
  texts: (typeof RELOAD_ON_SAVE_TEXTS)[Language],
): string {
  const parts = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const entities = changes[kind];
    if (entities.length === 0) return [];
    const more = entities.length > ENTITIES_SHOWN_MAX ? texts.more(entities.length - ENTITIES_SHOWN_MAX) : "";
    return [`${texts.named[kind]} ${entities.slice(0, ENTITIES_SHOWN_MAX).join(", ")}${more}`];
  });
  return [`${name}: ${texts.served(views)}`, ...parts].join("; ");
}

interface WatchViewsDeps {
  /** Returns a text that changes whenever the files change. */
  readonly fingerprint: () => Promise<string>;
  /** Called at the start and after every change; calls do not overlap. */
  readonly onChange: () => Promise<void>;
  /** Resolves after `ms`, or immediately when the signal fires. */
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}

const PAUSE_MS_MIN = 150;
/** The pause takes at least this many times as long as the last scan. */
const PAUSE_PER_SCAN = 10;
/**
 * After this number of consecutive polls with different results, the change counts although the files still change.
 */
const UNSETTLED_POLLS_MAX = 10;

/**
 * Watches files by polling, which finds changes in links and remote folders too, on every runtime. A change counts when
 * two consecutive polls have the same result: a save in several steps, or of several files, is one change.
 */
export async function watchViews(deps: WatchViewsDeps): Promise<void> {
  const { fingerprint, onChange, pause, monotonicMs, signal } = deps;
  let handledFingerprint = await fingerprint();
  await onChange();
  let lastPoll = handledFingerprint;
  let unsettledPolls = 0;
  let pauseMs = PAUSE_MS_MIN;
  while (!signal.aborted) {
    await pause(pauseMs);
    if (signal.aborted) return;
    const scanStartMs = monotonicMs();
    const poll = await fingerprint();
    pauseMs = Math.max(PAUSE_MS_MIN, (monotonicMs() - scanStartMs) * PAUSE_PER_SCAN);
    unsettledPolls = poll === lastPoll ? 0 : unsettledPolls + 1;
    const isDue = poll === lastPoll || unsettledPolls >= UNSETTLED_POLLS_MAX;
    lastPoll = poll;
    if (poll === handledFingerprint || !isDue) continue;
    handledFingerprint = poll;
    unsettledPolls = 0;
    await onChange();
  }
}
