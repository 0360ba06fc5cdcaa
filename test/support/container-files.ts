import { readFile } from "node:fs/promises";
import { parse } from "yaml";

const FOLDER = new URL("../../deploy/container/", import.meta.url);

/** One image of the Dockerfile. */
export interface ImageStage {
  /** What is copied into it from the project, each to the same place. */
  readonly copied: readonly string[];
  readonly entrypoint: readonly string[];
  readonly user: string | undefined;
  readonly text: string;
}

/** A service of the compose file, as far as tests look at it. */
export interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

export const readContainerFile = (name: string): Promise<string> => readFile(new URL(name, FOLDER), "utf8");

export async function readImageStage(name: string): Promise<ImageStage> {
  const stages = (await readContainerFile("Dockerfile")).replaceAll("\\\n", " ").split(/^FROM /m);
  const text = stages.find((stage) => stage.split("\n", 1)[0]?.endsWith(` AS ${name}`));
  if (text === undefined) throw new Error(`The Dockerfile has no stage ${name}`);
  const copied = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = ""]) =>
    words.split(" ").slice(0, -1),
  );
  return {
    copied,
    entrypoint: JSON.parse(/^ENTRYPOINT (.+)$/m.exec(text)?.[1] ?? "[]"),
    user: /^USER (.+)$/m.exec(text)?.[1],
    text,
  };
}

export async function readCompose(): Promise<Readonly<Record<string, ComposeService>>> {
  const { services } = parse(await readContainerFile("compose.yaml"), { strict: true }) as {
    readonly services: Readonly<Record<string, ComposeService>>;
  };
  return services;
}
