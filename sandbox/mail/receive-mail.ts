import type { CallOutcome } from "../bot-api/bot-api.ts";
import type { CallLog } from "../bot-api/call-log.ts";
import { type Fields, optionalText, optionalTexts, readFields, requiredText } from "../control-api/fields.ts";
import { Problem, problemOf } from "../control-api/problem.ts";
import type { Faults } from "../faults/faults.ts";
import { strike } from "../faults/strike.ts";
import { sameSecret } from "../same-secret.ts";
import type { Mail } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { keepMail } from "./mailbox.ts";

/** Where mail is handed in, below the sandbox. */
export const MAIL_PATH = "/mail";

const BODY_LIMIT_BYTES = 2_000_000;
/** RFC 5321, section 4.5.3.1, and RFC 5322, section 2.1.1. */
const ADDRESS_LIMIT = 320;
const LINE_LIMIT = 998;
const TEXT_LIMIT = 500_000;
const HEADERS_LIMIT = 50;
const HEADER_NAME = /^[!-9;-~]{1,76}$/;

export interface ReceiveMailParts {
  world: World;
  faults: Faults;
  calls: CallLog;
  controlToken: string;
  /** Lets mail in and nothing else, so that who sends mail need not be able to drive people. */
  mailToken: string | undefined;
  /** Fires when the sandbox stops. */
  stopped: AbortSignal;
}

export type ReceiveMail = (request: Request) => Promise<CallOutcome>;

/**
 * `POST /sandbox/mail`: what would have gone to an SMTP server. 201 with `{ id }` means that it has landed; whoever sends
 * has to read that answer to know. Faults for the method `mail` strike it, and the calls list it.
 */
export function createReceiveMail(parts: ReceiveMailParts): ReceiveMail {
  return async (request) => {
    try {
      requireToken(parts, request);
      if (request.method !== "POST") throw new Problem("METHOD_NOT_ALLOWED", "use POST");
      return await deliver(parts, request, await readMail(request));
    } catch (error) {
      return refused(error);
    }
  };
}

function requireToken({ controlToken, mailToken }: ReceiveMailParts, request: Request): void {
  const given = request.headers.get("x-sandbox-token") ?? "";
  const fits = [controlToken, ...(mailToken === undefined ? [] : [mailToken])].map((token) =>
    sameSecret(given, token),
  );
  if (!fits.includes(true))
    throw new Problem("UNAUTHENTICATED", "send the mail token in the header X-Sandbox-Token");
}

type Draft = Omit<Mail, "id" | "receivedAt">;

async function deliver(
  { world, faults, calls, stopped }: ReceiveMailParts,
  request: Request,
  mail: Draft,
): Promise<CallOutcome> {
  // Texts carry codes; the list of calls says who was written to, and the mailbox what.
  const record = calls.begin(
    "mail",
    new Map([
      ["to", mail.to],
      ["subject", mail.subject],
    ]),
  );
  const words = [mail.to, mail.subject, mail.text ?? "", mail.html ?? ""].join("\n");
  const fault = faults.take("mail", new Map([["text", words]]));
  if (fault === undefined) {
    const { id } = keepMail(world, mail);
    calls.settle(record, { status: 201, applied: true });
    return { kind: "answer", status: 201, body: { id }, retryAfterSeconds: null };
  }
  if (fault.applied) keepMail(world, mail);
  const seen = await strike(world, fault, AbortSignal.any([request.signal, stopped]));
  const status = seen.kind === "answer" ? seen.status : null;
  calls.settle(record, { status, applied: fault.applied, fault: fault.phase });
  return seen;
}

async function readMail(request: Request): Promise<Draft> {
  const names = ["to", "from", "subject", "text", "html", "headers"];
  const fields = await readFields(request, names, BODY_LIMIT_BYTES);
  const mail: Draft = {
    to: address(fields, "to"),
    from: address(fields, "from"),
    subject: oneLine("subject", optionalText(fields, "subject", LINE_LIMIT) ?? ""),
    text: optionalText(fields, "text", TEXT_LIMIT),
    html: optionalText(fields, "html", TEXT_LIMIT),
    headers: readHeaders(fields),
  };
  if (mail.text === null && mail.html === null) throw new Problem("VALIDATION", "or html is needed", "/text");
  return mail;
}

function address(fields: Fields, name: string): string {
  const text = oneLine(name, requiredText(fields, name, ADDRESS_LIMIT));
  if (!/[^\s<>@]@[^\s<>@]+>?\s*$/.test(text))
    throw new Problem("VALIDATION", "must be an address", `/${name}`);
  return text;
}

/** A line break in a header would begin another header. */
function oneLine(name: string, text: string): string {
  if (/[\r\n]/.test(text)) throw new Problem("VALIDATION", "must be one line", `/${name}`);
  return text;
}

function readHeaders(fields: Fields): Record<string, string> {
  const headers = optionalTexts(fields, "headers", LINE_LIMIT);
  const names = Object.keys(headers);
  if (names.length > HEADERS_LIMIT)
    throw new Problem("VALIDATION", `must be at most ${HEADERS_LIMIT}`, "/headers");
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name))
      throw new Problem("VALIDATION", "is no name of a header", `/headers/${name}`);
    oneLine(`headers/${name}`, value);
  }
  return headers;
}

function refused(error: unknown): CallOutcome {
  const { status, body } = problemOf(error);
  return { kind: "answer", status, body, retryAfterSeconds: null, contentType: "application/problem+json" };
}
