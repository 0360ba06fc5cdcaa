import process from "node:process";
import { installDebianPackages } from "../support/install-debian-packages.ts";
import { locateOnPath } from "../support/locate-server.ts";
import { findReaders, type ReaderProgram } from "./reader-programs.ts";

const MISSING =
  "PyYAML is missing: apt-get install python3-yaml (Debian) or pip install pyyaml, or set MOSAIC_TEST_PYTHON to a python3 that has it";

/** PyYAML of this machine, installed first where that can be done; fails with one line that says how to get it. */
export async function findPyyaml(print: (line: string) => void): Promise<ReaderProgram> {
  const found = await find();
  if (found !== undefined) return found;
  const aptGet = await locateOnPath("apt-get", process.env);
  if (aptGet !== undefined && process.getuid?.() === 0) {
    await installDebianPackages(["python3-yaml"], {
      aptGet,
      environment: process.env,
      policyFile: "/usr/sbin/policy-rc.d",
      deadlineMs: performance.now() + 240_000,
      print,
    });
  }
  const installed = await find();
  if (installed === undefined) throw new Error(MISSING);
  return installed;
}

async function find(): Promise<ReaderProgram | undefined> {
  await using readers = await findReaders(["python"]);
  return readers.programs[0];
}
