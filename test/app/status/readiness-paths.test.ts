import { expect, test } from "vitest";
import { readinessOf } from "../../support/scripted-api.ts";

test.each([
  [
    "/srv/views",
    'Cannot load catalog "/srv/views": folder not found',
    'Cannot load catalog "VIEWS_DIR": folder not found',
  ],
  ["/srv/views/", 'Cannot load catalog "/srv/views": x', 'Cannot load catalog "VIEWS_DIR": x'],
  ["../views", 'Cannot load catalog "../views": x', 'Cannot load catalog "VIEWS_DIR": x'],
  ["data/views", 'Cannot load catalog "data/views": x', 'Cannot load catalog "data/views": x'],
  ["/", "1 / 2", "1 / 2"],
])("A13: reasons name the setting and not the path %s", (path, reason, told) => {
  const readiness = readinessOf({ problems: () => [reason], paths: { VIEWS_DIR: path, OTHER: undefined } });
  expect(readiness().reasons).toEqual([told]);
});
