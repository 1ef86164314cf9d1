import type { Schemas } from "../../../../client/index.ts";

type Attributes = NonNullable<Schemas["NewProduct"]["attributes"]>;

export const attributeKinds = ["text", "number", "flag"] as const;
/** What a value is: facets and exports keep a number a number, and a yes a yes. */
export type AttributeKind = (typeof attributeKinds)[number];

/** An attribute as its row holds it, as it is typed; a flag is "true" or "false". */
export interface AttributeRow {
  readonly name: string;
  readonly kind: AttributeKind;
  readonly value: string;
}

export const emptyRow: AttributeRow = { name: "", kind: "text", value: "" };

const kindOf = (value: Attributes[string]): AttributeKind => {
  switch (typeof value) {
    case "number":
      return "number";
    case "boolean":
      return "flag";
    default:
      return "text";
  }
};

export const rowsOf = (attributes: Attributes): readonly AttributeRow[] =>
  Object.entries(attributes).map(([name, value]) => ({ name, kind: kindOf(value), value: String(value) }));

/** The row as another kind of value, with what can be kept of it. */
export const asKind = (row: AttributeRow, kind: AttributeKind): AttributeRow => {
  const value = kind === "flag" ? "true" : row.kind === "flag" ? "" : row.value;
  return { ...row, kind, value };
};

const numberOf = (typed: string): number | null => {
  const text = typed.trim().replace(",", ".");
  const number = Number(text);
  return text === "" || !Number.isFinite(number) ? null : number;
};

const typedValue = ({ kind, value }: AttributeRow): Attributes[string] | null => {
  switch (kind) {
    case "number":
      return numberOf(value);
    case "flag":
      return value === "true";
    case "text":
      return value.trim() === "" ? null : value.trim();
    default:
      return kind satisfies never;
  }
};

/** What is wrong with a row among all rows; null for one that is right, or that nothing was typed into. */
export const rowProblem = (
  rows: readonly AttributeRow[],
  row: AttributeRow,
): "nameless" | "twice" | "value" | null => {
  const name = row.name.trim();
  if (isUnused(row)) return null;
  if (name === "") return "nameless";
  if (rows.filter((other) => other.name.trim() === name).length > 1) return "twice";
  return typedValue(row) === null ? "value" : null;
};

const isUnused = ({ name, kind, value }: AttributeRow): boolean =>
  name.trim() === "" && kind !== "flag" && value.trim() === "";

/** The attributes that the rows describe; null while a row is wrong. */
export const attributesOf = (rows: readonly AttributeRow[]): Attributes | null => {
  if (rows.some((row) => rowProblem(rows, row) !== null)) return null;
  return Object.fromEntries(
    rows.filter((row) => !isUnused(row)).map((row) => [row.name.trim(), typedValue(row) ?? ""]),
  );
};

/** The rows in a line, for reading. */
export const attributesText = (rows: readonly AttributeRow[]): string =>
  rows.map(({ name, value }) => `${name}: ${value}`).join(", ");
