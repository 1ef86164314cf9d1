import type { ChannelResult } from "./channel-result.ts";

/** How handing in a mail failed, as plain facts. */
export interface SmtpFailure {
  /** The server's answer (RFC 5321, section 4.2); null where there was none. */
  readonly replyCode: number | null;
  /** The command that it answered: `RCPT TO`, `DATA`, `AUTH`; null where that is not known. */
  readonly command: string | null;
  /** The library's or the socket's code, such as `ECONNREFUSED`. */
  readonly code: string | null;
  /** True once any of the message itself had been handed over. */
  readonly bodyBegun: boolean;
}

/** Answers to the recipient that say that there is no such mailbox, or none for us (RFC 5321, section 4.2.3). */
const NO_SUCH_MAILBOX: readonly number[] = [550, 551, 553, 556];
/** A refused password, or a server that wants one, is a person's work: asking more often does not help. */
const OWN_FAULT_WAIT_SECONDS = 600;

const ownFault = (reason: string): ChannelResult => ({
  kind: "retry",
  reason,
  afterSeconds: OWN_FAULT_WAIT_SECONDS,
});

/** No encryption to be had, or no way to sign in: nothing was handed over, and that server or its address has to be set right. */
const OWN_FAULTS: readonly (string | null)[] = ["ETLS", "EAUTH", "ENOAUTH"];
/** “Authentication required” (RFC 4954). */
const WANTS_SIGN_IN = 530;

const ofReply = (replyCode: number, { command, code }: SmtpFailure): ChannelResult => {
  const reason = `SMTP ${replyCode}${command === null ? "" : ` to ${command}`}`;
  const isOwn = command?.startsWith("AUTH") === true || OWN_FAULTS.includes(code);
  if (isOwn || replyCode === WANTS_SIGN_IN) return ownFault(reason);
  if (replyCode < 500) return { kind: "retry", reason, afterSeconds: null };
  const isAboutMailbox = command?.startsWith("RCPT") === true && NO_SUCH_MAILBOX.includes(replyCode);
  return { kind: isAboutMailbox ? "gone" : "refused", reason };
};

/**
 * What a failure means. Nothing is sure only between the first line of the message and the answer to its last: what breaks there may have been
 * taken (RFC 5321, section 4.5.3.2.6), and is never repeated by itself.
 */
export const classifySmtpFailure = (failure: SmtpFailure): ChannelResult => {
  const { replyCode, code, bodyBegun } = failure;
  if (replyCode !== null && replyCode >= 400) return ofReply(replyCode, failure);
  const reason = code ?? "no answer";
  if (bodyBegun) return { kind: "unknown", reason };
  if (OWN_FAULTS.includes(code)) return ownFault(reason);
  return { kind: "retry", reason, afterSeconds: null };
};
