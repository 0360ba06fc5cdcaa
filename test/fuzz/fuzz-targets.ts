import type { FuzzTarget } from "./fuzz-target.ts";
import { CACHE_TARGET } from "./targets/cache-target.ts";
import { EVENTS_TARGET } from "./targets/events-target.ts";
import { HTTP_TARGET } from "./targets/http-target.ts";
import { KEYRING_TARGET } from "./targets/keyring-target.ts";
import { MANIFEST_TARGET } from "./targets/manifest-target.ts";
import { RECORDS_TARGET } from "./targets/records-target.ts";
import { SETTINGS_TARGET } from "./targets/settings-target.ts";
import { VIEWS_TARGET } from "./targets/views-target.ts";

/** Everything that comes from outside, by kind. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  VIEWS_TARGET,
  MANIFEST_TARGET,
  KEYRING_TARGET,
  CACHE_TARGET,
  RECORDS_TARGET,
  EVENTS_TARGET,
  SETTINGS_TARGET,
  HTTP_TARGET,
];
