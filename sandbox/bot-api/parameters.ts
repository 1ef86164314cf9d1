import { isRecord, parseJson } from "../json.ts";
import { BotApiError, badRequest, TEXTS } from "./errors.ts";

/** Largest request body the sandbox reads, in bytes. */
export const BODY_LIMIT_BYTES = 1_000_000;
/** Largest form with files in it: one photo that is a little too large still gets Telegram's answer to that. */
const UPLOAD_LIMIT_BYTES = 12_000_000;

/** The parameters of one call by name, from query string, form, multipart or JSON body. */
export type CallParameters = ReadonlyMap<string, unknown>;

/**
 * Reads a call's parameters wherever the Bot API allows them
 * (https://core.telegram.org/bots/api#making-requests); the body wins over the query string.
 */
export async function readParameters(request: Request): Promise<CallParameters> {
  const parameters = new Map<string, unknown>(new URL(request.url).searchParams);
  if (request.body === null) return parameters;
  const contentType = request.headers.get("content-type") ?? "";
  const limit = contentType.startsWith("multipart/") ? UPLOAD_LIMIT_BYTES : BODY_LIMIT_BYTES;
  const body = await request.arrayBuffer();
  if (body.byteLength > limit) throw new BotApiError(413, TEXTS.bodyTooLarge);
  if (body.byteLength === 0) return parameters;
  const fields = contentType.startsWith("application/json")
    ? jsonFields(new TextDecoder().decode(body))
    : await formFields(body, contentType);
  for (const [name, value] of fields) if (value !== null && value !== undefined) parameters.set(name, value);
  return parameters;
}

function jsonFields(body: string): [string, unknown][] {
  const value = parseJson(body);
  if (!isRecord(value)) throw new BotApiError(400, TEXTS.badJson);
  return Object.entries(value);
}

async function formFields(body: ArrayBuffer, contentType: string): Promise<[string, unknown][]> {
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(contentType)) return [];
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    return await Promise.all([...form.entries()].map(formField));
  } catch {
    throw badRequest("can't parse the form");
  }
}

/** A file's bytes are read at once, so that what acts on them need not wait. */
async function formField([name, value]: [string, string | Blob]): Promise<[string, unknown]> {
  return [name, typeof value === "string" ? value : new Uint8Array(await value.arrayBuffer())];
}

/** The bytes of a file in the form; undefined where the field is none. */
export function uploadParameter(
  parameters: CallParameters,
  name: string,
): Uint8Array<ArrayBuffer> | undefined {
  const value = parameters.get(name);
  return value instanceof Uint8Array ? new Uint8Array(value) : undefined;
}

/** A parameter as text; absent is the empty string, as in the official server. */
export function textParameter(parameters: CallParameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value instanceof Uint8Array) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A whole number cut to `[min, max]`; text that is no number counts as 0, as in the official server. */
export function integerParameter(
  parameters: CallParameters,
  name: string,
  { fallback, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: IntegerRule,
): number {
  const text = textParameter(parameters, name);
  if (text === "") return fallback;
  const value = Number.parseInt(text, 10);
  return Math.min(max, Math.max(min, Number.isSafeInteger(value) ? value : 0));
}

interface IntegerRule {
  fallback: number;
  min?: number;
  max?: number;
}

export function flagParameter(parameters: CallParameters, name: string): boolean {
  return /^(true|yes|1)$/i.test(textParameter(parameters, name));
}

/** An object parameter, given as JSON or as JSON inside a string; undefined when absent, `failure` when it is no JSON. */
export function jsonParameter(parameters: CallParameters, name: string, failure: string): unknown {
  const value = parameters.get(name);
  if (typeof value !== "string") return value;
  if (value === "") return undefined;
  const parsed = parseJson(value);
  if (parsed === undefined) throw badRequest(failure);
  return parsed;
}
