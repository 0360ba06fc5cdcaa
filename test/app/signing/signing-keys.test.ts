import { describe, expect, test } from "vitest";
import { createSigningKeysLoader } from "../../../src/app/signing/signing-keys.ts";
import { createSigningKey, type SigningKey } from "../../../src/domain/signing/signing-key.ts";
import { KeyringError, type KeyringLoad } from "../../../src/ports/keyring-port.ts";
import { keyOf } from "../../support/signed-catalog.ts";

const other = createSigningKey("x".repeat(32), "a");

/** A loader whose keyring gives what `load` gives at that moment. */
function loaderOf(own: SigningKey | undefined, load?: () => KeyringLoad) {
  const opened: string[] = [];
  const keyring = load === undefined ? undefined : "keys.json";
  const loadKeys = createSigningKeysLoader(
    { viewsSignatureKey: own, viewsSignatureKeyring: keyring },
    (name) => {
      opened.push(name);
      return { name, load: async () => (load as () => KeyringLoad)() };
    },
  );
  return { loadKeys, opened };
}

const judge = async (load: ReturnType<typeof loaderOf>["loadKeys"]): Promise<unknown> => {
  const loaded = await load();
  return loaded.kind === "keys" ? loaded.keys.map(({ keyid }) => keyid) : loaded.detail;
};

describe("createSigningKeysLoader()", () => {
  test("createSigningKeysLoader() gives the key of the settings without a keyring", async () => {
    const { loadKeys, opened } = loaderOf(keyOf("a"));
    expect(await loadKeys()).toEqual({
      kind: "keys",
      keys: [keyOf("a")].map(({ keyid }) => expect.objectContaining({ keyid })),
      warnings: [],
    });
    expect(opened).toEqual([]);
    expect(await judge(loaderOf(undefined).loadKeys)).toEqual([]);
  });

  test("createSigningKeysLoader() puts the own key before those of the keyring, each once", async () => {
    const { loadKeys, opened } = loaderOf(keyOf("b"), () => ({
      keys: [keyOf("a"), keyOf("b")],
      warnings: ["w"],
    }));
    expect(await judge(loadKeys)).toEqual(["b", "a"]);
    expect(await loadKeys()).toMatchObject({ warnings: ["w"] });
    expect(opened).toEqual(["keys.json"]);
  });

  test("createSigningKeysLoader() reads the keyring afresh every time", async () => {
    let keys = [keyOf("a")];
    const { loadKeys } = loaderOf(undefined, () => ({ keys, warnings: [] }));
    expect(await judge(loadKeys)).toEqual(["a"]);
    keys = [keyOf("c")];
    expect(await judge(loadKeys)).toEqual(["c"]);
  });

  test("createSigningKeysLoader() gives no keys at all when the keyring is broken", async () => {
    const { loadKeys } = loaderOf(keyOf("a"), () => {
      throw new KeyringError("keys.json", "malformed", "it is not JSON");
    });
    expect(await loadKeys()).toEqual({
      kind: "refused",
      detail: 'Cannot load keyring "keys.json": it is not JSON',
      texts: {
        en: 'Cannot load keyring "keys.json": it is not JSON',
        pt: 'Não é possível carregar o chaveiro "keys.json": it is not JSON',
      },
    });
  });

  test("createSigningKeysLoader() refuses two keys of one name", async () => {
    const { loadKeys } = loaderOf(other, () => ({ keys: [keyOf("a")], warnings: [] }));
    expect(await loadKeys()).toHaveProperty("kind", "refused");
    expect(await judge(loadKeys)).toBe(
      'VIEWS_SIGNATURE_KEY cannot be combined with VIEWS_SIGNATURE_KEYRING: two different keys are named "a"',
    );
  });

  test("createSigningKeysLoader() hands the caller's signal on", async () => {
    const { signal } = new AbortController();
    const given: unknown[] = [];
    const loadKeys = createSigningKeysLoader(
      { viewsSignatureKey: undefined, viewsSignatureKeyring: "keys.json" },
      (name) => ({
        name,
        async load(options) {
          given.push(options?.signal);
          return { keys: [keyOf("a")], warnings: [] };
        },
      }),
    );
    await loadKeys(signal);
    expect(given).toEqual([signal]);
  });

  test("createSigningKeysLoader() lets defects through", async () => {
    const { loadKeys } = loaderOf(undefined, () => {
      throw new TypeError("defect");
    });
    await expect(loadKeys()).rejects.toThrow(new TypeError("defect"));
  });
});
