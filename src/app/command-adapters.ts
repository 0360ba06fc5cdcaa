import { EDITABLE_VIEW_FILES } from "../adapters/filesystem/editable-view-files.ts";
import { createFilesystemKeyring } from "../adapters/filesystem/keyring.ts";
import { readViewText } from "../adapters/filesystem/read-file.ts";
import { fingerprintFolder } from "../adapters/filesystem/scan.ts";
import { createFilesystemSource } from "../adapters/filesystem/source.ts";
import { storeManifest } from "../adapters/filesystem/write-file.ts";
import type { CommandDeps } from "./cli/commands/command.ts";

/**
 * The adapters of the commands. The service, the database, Redis and the view editor are loaded on demand:
 * most commands do not need these parts, which are most of the program.
 */
export const COMMAND_ADAPTERS: CommandDeps = {
  connectDatabase: async (settings) => (await import("./compose.ts")).connectDatabase(settings),
  openSharedCache: async (settings) => (await import("./open-redis.ts")).openSharedCache(settings),
  loadViewEditor: async () => (await import("../adapters/yaml/add-columns.ts")).YAML_VIEW_EDITOR,
  startService: async (parts) => (await import("./compose.ts")).startService(parts),
  fingerprint: fingerprintFolder,
  openKeyring: createFilesystemKeyring,
  openSource: createFilesystemSource,
  readViewText,
  storeManifest,
  viewFiles: EDITABLE_VIEW_FILES,
  nowMs: Date.now,
};
