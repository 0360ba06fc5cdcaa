/** @typedef {import("./format.js").Language} Language */

/** @type {readonly (readonly [Language, string])[]} */
export const LANGUAGES = [
  ["en", "English"],
  ["pt", "Português"],
];

/**
 * Chooses the language: the previous choice, the first supported language of the browser, or English.
 *
 * @param {string | undefined} chosen
 * @param {readonly string[]} preferred such as `navigator.languages`
 * @returns {Language}
 */
export function chooseLanguage(chosen, preferred) {
  const wanted = [chosen ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-", 1)[0]);
  const found = wanted.map((tag) => LANGUAGES.find(([language]) => language === tag)?.[0]);
  return found.find((language) => language !== undefined) ?? "en";
}

const LANGUAGE_KEY = "mosaic-language";
const THEME_KEY = "mosaic-theme";
const TOKEN_KEY = "mosaic-admin-token";

/**
 * A storage of the browser; a forbidden one counts as empty.
 *
 * @param {() => Storage} open
 */
function createSafeStore(open) {
  return {
    /** @param {string} key */
    get(key) {
      try {
        return open().getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    /**
     * @param {string} key
     * @param {string | undefined} value
     */
    set(key, value) {
      try {
        if (value === undefined) open().removeItem(key);
        else open().setItem(key, value);
      } catch {
        // If the storage is forbidden, the page keeps the value until it is closed.
      }
    },
  };
}

/** The user's choices: language and theme are persistent, the token lasts for this tab. */
export function createPreferences() {
  const lasting = createSafeStore(() => localStorage);
  const ofTab = createSafeStore(() => sessionStorage);
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  let language = chooseLanguage(lasting.get(LANGUAGE_KEY), navigator.languages);
  let token = ofTab.get(TOKEN_KEY) ?? "";
  root.lang = languageTagOf(language);

  return {
    language: () => language,
    /** @param {Language} chosen */
    setLanguage(chosen) {
      language = chosen;
      root.lang = languageTagOf(chosen);
      lasting.set(LANGUAGE_KEY, chosen);
    },
    isDark: () => (root.dataset.theme === undefined ? systemDark.matches : root.dataset.theme === "dark"),
    /** @param {boolean} dark */
    setDark(dark) {
      root.dataset.theme = dark ? "dark" : "light";
      lasting.set(THEME_KEY, root.dataset.theme);
    },
    /** @param {() => void} listener */
    onSystemTheme: (listener) => systemDark.addEventListener("change", listener),
    token: () => token,
    hasToken: () => token !== "",
    /** @param {string} typed */
    setToken(typed) {
      token = typed.trim();
      ofTab.set(TOKEN_KEY, token === "" ? undefined : token);
    },
  };
}

/** @typedef {ReturnType<typeof createPreferences>} Preferences */

/** @param {Language} language */
function languageTagOf(language) {
  return language === "pt" ? "pt-BR" : "en";
}
