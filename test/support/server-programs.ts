export interface ServerProgram {
  readonly name: string;
  /** Names the program goes by, best first. One that is a full path is looked for there alone. */
  readonly binaries: readonly string[];
  /** Names the program's full path and wins over every search. */
  readonly environmentVariable: string;
  /** Folders to search after PATH; one segment may be `*`, its greatest version is searched first. */
  readonly folders: readonly string[];
  readonly debianPackage: string;
  /** What follows `brew install`: a formula, or a cask with its option. */
  readonly homebrewPackage: string;
}

/** The servers that the tests run, and what makes their certificates. Another one is one row more. */
export const serverPrograms = [
  {
    name: "redis-server",
    binaries: ["redis-server"],
    environmentVariable: "MOSAIC_TEST_REDIS_SERVER",
    folders: ["/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "redis-server",
    homebrewPackage: "redis",
  },
  {
    name: "postgres",
    binaries: ["postgres"],
    environmentVariable: "MOSAIC_TEST_POSTGRES",
    folders: ["/usr/lib/postgresql/*/bin", "/opt/homebrew/bin"],
    debianPackage: "postgresql",
    homebrewPackage: "postgresql",
  },
  {
    name: "initdb",
    binaries: ["initdb"],
    environmentVariable: "MOSAIC_TEST_INITDB",
    folders: ["/usr/lib/postgresql/*/bin", "/opt/homebrew/bin"],
    debianPackage: "postgresql",
    homebrewPackage: "postgresql",
  },
  {
    name: "prometheus",
    binaries: ["prometheus"],
    environmentVariable: "MOSAIC_TEST_PROMETHEUS",
    folders: ["/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "prometheus",
    homebrewPackage: "prometheus",
  },
  {
    name: "promtool",
    binaries: ["promtool"],
    environmentVariable: "MOSAIC_TEST_PROMTOOL",
    folders: ["/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "prometheus",
    homebrewPackage: "prometheus",
  },
  {
    name: "chromium",
    binaries: [
      // Chromium without the parts that show a window: pages cost a third. Its command on PATH is a script, which signals would end alone.
      "/usr/lib/chromium/chromium-headless-shell",
      "chromium",
      "google-chrome-stable",
      "google-chrome",
      "chromium-browser",
      "Chromium",
      "Google Chrome",
    ],
    environmentVariable: "MOSAIC_TEST_CHROMIUM",
    // On macOS a browser is an app: its program is inside, on no PATH.
    folders: [
      "/usr/local/bin",
      "/opt/homebrew/bin",
      "/Applications/Chromium.app/Contents/MacOS",
      "/Applications/Google Chrome.app/Contents/MacOS",
    ],
    debianPackage: "chromium-headless-shell",
    homebrewPackage: "--cask google-chrome",
  },
  {
    name: "openssl",
    binaries: ["openssl"],
    environmentVariable: "MOSAIC_TEST_OPENSSL",
    folders: ["/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "openssl",
    homebrewPackage: "openssl",
  },
  {
    name: "nginx",
    binaries: ["nginx"],
    environmentVariable: "MOSAIC_TEST_NGINX",
    folders: ["/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "nginx-light",
    homebrewPackage: "nginx",
  },
  {
    name: "haproxy",
    binaries: ["haproxy"],
    environmentVariable: "MOSAIC_TEST_HAPROXY",
    folders: ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "haproxy",
    homebrewPackage: "haproxy",
  },
  {
    name: "stunnel",
    binaries: ["stunnel4", "stunnel"],
    environmentVariable: "MOSAIC_TEST_STUNNEL",
    folders: ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "stunnel4",
    homebrewPackage: "stunnel",
  },
  {
    name: "nutcracker",
    binaries: ["nutcracker"],
    environmentVariable: "MOSAIC_TEST_NUTCRACKER",
    folders: ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"],
    debianPackage: "nutcracker",
    homebrewPackage: "twemproxy",
  },
] as const satisfies readonly ServerProgram[];

export type ServerName = (typeof serverPrograms)[number]["name"];
