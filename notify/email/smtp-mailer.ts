import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { ChannelResult } from "../domain/channel-result.ts";
import { classifySmtpFailure } from "../domain/smtp-failure.ts";
import type { Mailer, OutgoingMail } from "../usecases/channel-ports.ts";
import type { SmtpServer } from "./smtp-address.ts";

/** Each step: to connect, to be greeted, and for the server to say anything. */
const STEP_TIMEOUT_MS = 15_000;
/** One mail from beginning to end; what takes longer is given up. */
export const MAIL_TIMEOUT_MS = 45_000;

export interface SmtpMailerOptions {
  readonly server: SmtpServer;
  /** `Kiosk <shop@example.org>` */
  readonly from: string;
  readonly timeoutMs?: number;
  /** A certificate authority that is trusted beside the usual ones; for tests. */
  readonly ca?: string;
}

const addressIn = (text: string): string => /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();
const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

/** The mail as it goes over the wire. The Message-ID is the delivery's: the same mail twice is one to the reader's program. */
const composed = (mail: OutgoingMail, from: string): Promise<Buffer> =>
  new MailComposer({
    ...{ from, to: mail.to, subject: mail.subject, text: mail.text, html: mail.html },
    messageId: `<${mail.id}@${domainOf(addressIn(from))}>`,
    headers: { "Auto-Submitted": "auto-generated", ...mail.headers },
    // Nothing of a mail is read from anywhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/** The message, and whether any of it has been read: it is read only once the server has said 354. */
const watched = (message: Buffer) => {
  const state = { begun: false };
  const stream = new Readable({
    read() {
      state.begun = true;
      this.push(message);
      this.push(null);
    },
  });
  return { stream, state };
};

interface Failure {
  readonly responseCode?: number;
  readonly command?: string;
  readonly code?: string;
  readonly originalCode?: string;
}

/** A step of the library, which tells its end by a callback and its failures by an event as well. */
const step = (run: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())));

const converse = async (
  connection: SMTPConnection,
  { user, password }: SmtpServer,
  envelope: { readonly from: string; readonly to: string },
  stream: Readable,
): Promise<void> => {
  await step((done) => connection.connect(done));
  if (user !== null) await step((done) => connection.login({ user, pass: password }, done));
  await step((done) => connection.send(envelope, stream, done));
};

/** Sends by SMTP (RFC 5321), a connection for each mail. */
export const createSmtpMailer = ({
  server,
  from,
  timeoutMs = MAIL_TIMEOUT_MS,
  ca,
}: SmtpMailerOptions): Mailer => ({
  async send(mail): Promise<ChannelResult> {
    const { stream, state } = watched(await composed(mail, from));
    const connection = new SMTPConnection({
      ...{ host: server.host, port: server.port, secure: server.secure },
      requireTLS: server.requireTls,
      ...{
        connectionTimeout: STEP_TIMEOUT_MS,
        greetingTimeout: STEP_TIMEOUT_MS,
        socketTimeout: STEP_TIMEOUT_MS,
      },
      ...{ dnsTimeout: STEP_TIMEOUT_MS, socketCloseTimeout: 0 },
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(
          () => reject(Object.assign(new Error("too slow"), { code: "ETIMEDOUT" })),
          timeoutMs,
        );
        connection.on("error", reject);
        converse(connection, server, { from: addressIn(from), to: mail.to }, stream).then(resolve, reject);
      });
      return { kind: "sent" };
    } catch (error) {
      const { responseCode = null, command = null, code = null, originalCode } = error as Failure;
      const isEarly = code === "ESOCKET" || code === "ECONNECTION";
      return classifySmtpFailure({
        replyCode: responseCode,
        command,
        code: (isEarly ? originalCode : undefined) ?? code,
        bodyBegun: state.begun,
      });
    } finally {
      clearTimeout(timer);
      connection.close();
    }
  },
});
