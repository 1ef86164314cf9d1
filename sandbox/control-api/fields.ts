import { isRecord, parseJson } from "../json.ts";
import { MEMBER_STATUSES, type MemberStatus } from "../state/records.ts";
import { Problem } from "./problem.ts";

/** Largest body of the control API, in bytes. */
const BODY_LIMIT_BYTES = 100_000;

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in a request's body; an empty body is an empty object. Unknown fields are refused. */
export async function readFields(
  request: Request,
  allowed: readonly string[],
  limitBytes = BODY_LIMIT_BYTES,
): Promise<Fields> {
  const body = await request.arrayBuffer();
  if (body.byteLength > limitBytes) throw new Problem("PAYLOAD_TOO_LARGE", `at most ${limitBytes} bytes`);
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

export function optionalNumber(
  fields: Fields,
  name: string,
  { min, max }: { min: number; max: number },
): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !(value >= min && value <= max))
    throw new Problem("VALIDATION", `must be a number from ${min} to ${max}`, `/${name}`);
  return value;
}

/** An object of texts by name; absent is empty. */
export function optionalTexts(fields: Fields, name: string, maxLength: number): Record<string, string> {
  const value = fields[name] ?? {};
  const isFit = (text: unknown) => typeof text === "string" && text.length <= maxLength;
  if (!isRecord(value) || !Object.values(value).every(isFit))
    throw new Problem(
      "VALIDATION",
      `must be an object of texts of at most ${maxLength} characters`,
      `/${name}`,
    );
  return value as Record<string, string>;
}

/** A list of positive ids; absent is empty. */
export function optionalIds(fields: Fields, name: string, maxCount: number): number[] {
  const value = fields[name] ?? [];
  const isId = (id: unknown): id is number => Number.isSafeInteger(id) && Number(id) > 0;
  if (!Array.isArray(value) || value.length > maxCount || !value.every(isId))
    throw new Problem("VALIDATION", `must be a list of at most ${maxCount} ids`, `/${name}`);
  return value;
}

/** One of some words; absent is null. */
export function optionalChoice<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
): Word | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Problem("VALIDATION", `must be one of ${words.join(", ")}`, `/${name}`);
  return word;
}

/** The id of a chat: positive for a person's, negative for a group's; absent is null. */
export function optionalChatId(fields: Fields, name = "chatId"): number | null {
  return optionalInteger(fields, name, { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
}

export function requiredStatus(fields: Fields): MemberStatus {
  const status = optionalChoice(fields, "status", MEMBER_STATUSES);
  if (status === null)
    throw new Problem("VALIDATION", `must be one of ${MEMBER_STATUSES.join(", ")}`, "/status");
  return status;
}

export function requiredInteger(fields: Fields, name: string, range: { min: number; max: number }): number {
  const value = optionalInteger(fields, name, range);
  if (value === null) throw new Problem("VALIDATION", "is needed", `/${name}`);
  return value;
}

export function requiredNumber(fields: Fields, name: string, range: { min: number; max: number }): number {
  const value = optionalNumber(fields, name, range);
  if (value === null) throw new Problem("VALIDATION", "is needed", `/${name}`);
  return value;
}
