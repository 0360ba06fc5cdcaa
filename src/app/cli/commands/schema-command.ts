import { VIEW_JSON_SCHEMA } from "../../../domain/view/view-json-schema.ts";
import { type Command, EXIT } from "./command.ts";

/** `mosaic schema`: the schema for completion and checks in editors. */
export const schemaCommand: Command = {
  name: "schema",
  summary: "Print the JSON Schema of a view, for editors",
  positionalsMax: 0,
  examples: [{ line: "schema > view.schema.json", does: "a file to name in the settings of an editor" }],
  async run(io) {
    io.stdout.json(JSON.stringify(VIEW_JSON_SCHEMA, null, 2));
    return EXIT.ok;
  },
};
