type Schema = Readonly<Record<string, unknown>>;

/** A member of a JSON value, however deep, as a table shows it. */
export interface JsonField {
  /** Such as `items[].entity`. */
  readonly path: string;
  readonly type: string;
  readonly meaning: string;
}

const DEPTH_MAX = 4;

/** The members that a JSON Schema describes, outer ones first. */
export function jsonFields(schema: unknown, named: Readonly<Record<string, unknown>>): readonly JsonField[] {
  const resolve: Resolve = (given) => {
    const { $ref, ...rest } = (given ?? {}) as Schema;
    if (typeof $ref !== "string") return rest;
    return { ...resolve(named[$ref.split("/").at(-1) ?? ""]), ...rest };
  };
  return membersOf([resolve(schema)], { prefix: "", depth: 1, resolve });
}

/** Follows a reference to a named schema. */
type Resolve = (schema: unknown) => Schema;

interface Place {
  readonly prefix: string;
  readonly depth: number;
  readonly resolve: Resolve;
}

/** The members of a value that has one of several forms: one that not every form needs is optional. */
function membersOf(schemas: readonly Schema[], place: Place): readonly JsonField[] {
  const { prefix, depth, resolve } = place;
  if (depth > DEPTH_MAX) return [];
  const forms = schemas
    .flatMap((schema) => formsOf(schema, resolve))
    .filter(({ properties }) => properties !== undefined);
  const names = new Set(forms.flatMap(({ properties }) => Object.keys(properties as Schema)));
  return [...names].flatMap((name) => {
    const members = forms.flatMap(({ properties }) => {
      const member = (properties as Schema)[name];
      return member === undefined ? [] : [resolve(member)];
    });
    const isRequired = forms.every(({ required = [] }) => (required as readonly string[]).includes(name));
    const types = new Set(members.map((member) => typeOf(member, resolve)));
    const path = `${prefix}${name}`;
    const field = {
      path,
      type: `${[...types].join(" or ")}${isRequired ? "" : ", optional"}`,
      meaning: members.map(({ description = "" }) => String(description)).find((text) => text !== "") ?? "",
    };
    const isArray = members.some(({ type }) => type === "array");
    const inner = { resolve, prefix: `${path}${isArray ? "[]." : "."}`, depth: depth + 1 };
    const contents = members.map((member) => (isArray ? resolve(member.items) : member));
    return [field, ...membersOf(contents, inner)];
  });
}

function formsOf(schema: Schema, resolve: Resolve): readonly Schema[] {
  const forms = alternatives(schema).map(resolve);
  return forms.length === 0 ? [schema] : forms;
}

function typeOf(schema: Schema, resolve: Resolve): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const forms = alternatives(schema).map(resolve);
  if (forms.length > 0) return [...new Set(forms.map((form) => typeOf(form, resolve)))].join(" or ");
  if (schema.type === "array") return `array of ${typeOf(resolve(schema.items), resolve)}`;
  const types = [schema.type ?? "any value"].flat();
  return types.join(" or ");
}

function alternatives(schema: Schema): readonly unknown[] {
  return (schema.anyOf ?? schema.oneOf ?? []) as readonly unknown[];
}
