import { isLoopback } from "../domain/network-address.ts";

/** A mail server, as `SMTP_URL` names it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Encrypted from the first byte. */
  readonly secure: boolean;
  /** STARTTLS, or nothing is handed over. */
  readonly requireTls: boolean;
  /** Null: without signing in. */
  readonly user: string | null;
  readonly password: string;
}

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

/**
 * Reads `smtps://user:password@host:465` or `smtp://…:587` (RFC 8314). Without encryption only a server on this machine is spoken to, unless
 * `tls` is off.
 */
export const readSmtpUrl = (url: string, tls: "required" | "off"): SmtpServer => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(port),
    secure,
    requireTls: !secure && tls === "required" && !isLoopback(hostname),
    user: username === "" ? null : decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
};
