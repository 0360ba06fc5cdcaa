// Run on its own: starts a Chromium, says so, and holds it until this process is ended by its parent.
import process from "node:process";
import { startBrowser } from "../support/browser.ts";

const browser = await startBrowser();
process.stdout.write(`${browser.pid}\n`);
process.stdin.once("end", () => process.exit(1));
process.stdin.resume();
