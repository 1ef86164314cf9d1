import { isRecord, parseJson } from "../json.ts";
import { Problem } from "./problem.ts";

/** Largest body of the control API, in bytes. */
const BODY_LIMIT_BYTES = 100_000;

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in a request's body; an empty body is an empty object. Unknown fields are refused. */
export async function readFields(request: Request, allowed: readonly string[]): Promise<Fields> {
  const body = await request.arrayBuffer();
  if (body.byteLength > BODY_LIMIT_BYTES)
    throw new Problem("PAYLOAD_TOO_LARGE", `at most ${BODY_LIMIT_BYTES} bytes`);
  if (body.byteLength === 0) return {};
  const value = parseJson(new TextDecoder().decode(body));
  if (!isRecord(value)) throw new Problem("VALIDATION", "the body must be a JSON object", "/");
  const unknown = Object.keys(value).find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw new Problem("VALIDATION", `is not one of ${allowed.join(", ")}`, `/${unknown}`);
  return value;
}

export function optionalText(fields: Fields, name: string, maxLength: number): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || value.length > maxLength) {
    throw new Problem("VALIDATION", `must be a text of at most ${maxLength} characters`, `/${name}`);
  }
  return value;
}

export function requiredText(fields: Fields, name: string, maxLength: number): string {
  const value = optionalText(fields, name, maxLength);
  if (value === null || value.trim() === "") throw new Problem("VALIDATION", "must not be empty", `/${name}`);
  return value;
}

export function optionalInteger(
  fields: Fields,
  name: string,
  { min, max }: { min: number; max: number },
): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new Problem("VALIDATION", `must be a whole number from ${min} to ${max}`, `/${name}`);
  }
  return value;
}

export function optionalFlag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw new Problem("VALIDATION", "must be true or false", `/${name}`);
  return value;
}
