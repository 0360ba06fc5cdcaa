import programs from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { refusePrograms } from "./refuse-programs.ts";

refusePrograms(programs);
// What imports a function by its name gets the new one, too.
syncBuiltinESMExports();
