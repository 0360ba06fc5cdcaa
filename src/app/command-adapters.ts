import { createFilesystemSource } from "../adapters/catalog-source/filesystem-source.ts";
import { fingerprintFolder } from "../adapters/catalog-source/fingerprint-folder.ts";
import { readSource } from "../adapters/catalog-source/read-source.ts";
import { storeManifest } from "../adapters/catalog-source/store-manifest.ts";
import { createFilesystemKeyring } from "../adapters/keyring/filesystem-keyring.ts";
import type { CommandDeps } from "./cli/command.ts";

/**
 * What the commands use. The service, the database and Redis are loaded when a command asks for them: most need none, and their
 * modules are most of what the program has.
 */
export const COMMAND_ADAPTERS: CommandDeps = {
  connectDatabase: async (settings) => (await import("./compose.ts")).connectDatabase(settings),
  openSharedCache: async (settings) => (await import("./compose.ts")).openSharedCache(settings),
  startService: async (parts) => (await import("./compose.ts")).startService(parts),
  fingerprint: fingerprintFolder,
  openKeyring: createFilesystemKeyring,
  openSource: createFilesystemSource,
  readSource,
  storeManifest,
  nowMs: Date.now,
};
