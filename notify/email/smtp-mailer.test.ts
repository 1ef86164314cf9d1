import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../../shared/drivers/free-port.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { openSmtpServer, type SmtpScript } from "../testing/smtp-server.ts";
import { readSmtpUrl } from "./smtp-address.ts";
import { createSmtpMailer } from "./smtp-mailer.ts";

setDefaultTimeout(30_000);

const open = closedAfterEach((script: SmtpScript = {}) => openSmtpServer(script));
const FROM = "Kiosk <shop@example.org>";
const mail = {
  id: "0190a000-0000-7000-8000-00000000000a",
  to: "ada@example.org",
  subject: "Grüße\r\nBcc: eve@example.org",
  text: "one\n.\ntwo",
  html: "<p>one</p>",
  headers: { "List-Unsubscribe": "<https://shop.example/u>" },
};

const mailerTo = (url: string, options: { timeoutMs?: number; tls?: "required" | "off" } = {}) =>
  createSmtpMailer({
    server: readSmtpUrl(url, options.tls ?? "required"),
    from: FROM,
    timeoutMs: options.timeoutMs ?? 10_000,
  });

describe("parity 25: what a mail server answers, and what becomes of the mail", () => {
  const outcomes: readonly [string, SmtpScript, string][] = [
    ["takes it", {}, "sent"],
    ["is busy at the greeting", { GREETING: "421 busy" }, "retry"],
    ["wants the sender to wait", { MAIL: "451 later" }, "retry"],
    ["lists the recipient grey", { RCPT: "450 try again" }, "retry"],
    ["knows no such mailbox", { RCPT: "550 5.1.1 no such user" }, "gone"],
    ["relays for nobody", { RCPT: "554 relay denied" }, "refused"],
    ["refuses the sender", { MAIL: "550 not you" }, "refused"],
    ["refuses to sign in", { AUTH: "535 wrong" }, "retry"],
    ["takes no message now", { DATA: "451 full" }, "retry"],
    ["defers the message", { BODY: "452 no room" }, "retry"],
    ["refuses the message", { BODY: "554 spam" }, "refused"],
    ["breaks off before the message", { RCPT: "drop" }, "retry"],
    ["breaks off when the message is to begin", { DATA: "drop" }, "retry"],
    ["breaks off after the message", { BODY: "drop" }, "unknown"],
  ];
  for (const [what, script, kind] of outcomes) {
    test(`a server that ${what}: ${kind}`, async () => {
      const server = await open(script);
      const url = script.AUTH === undefined ? server.url : server.url.replace("//", "//user:secret@");
      expect((await mailerTo(url).send(mail)).kind).toBe(kind as "sent");
    });
  }

  test("a server that says nothing is given up: before the message it is retried, after it nobody knows", async () => {
    const [before, after] = await Promise.all([open({ RCPT: "silence" }), open({ BODY: "silence" })]);
    const results = [before, after].map(({ url }) => mailerTo(url, { timeoutMs: 300 }).send(mail));
    expect((await Promise.all(results)).map(({ kind }) => kind)).toEqual(["retry", "unknown"]);
  });

  test("nobody there, and no such host: retried", async () => {
    const results = [`smtp://127.0.0.1:${freePort()}`, "smtp://nowhere.invalid:25"].map((url) =>
      mailerTo(url, { tls: "off" }).send(mail),
    );
    expect((await Promise.all(results)).map(({ kind }) => kind)).toEqual(["retry", "retry"]);
  });
});

test("a mail is one message: its id is the delivery's, and nothing in it begins another header", async () => {
  const server = await open();
  await mailerTo(server.url).send(mail);
  await mailerTo(server.url).send(mail);
  const [first, second] = await server.hears(2);
  const [head = ""] = (first ?? "").split("\r\n\r\n", 1);
  expect(head).toContain(`Message-ID: <${mail.id}@example.org>`);
  expect(second).toContain(`Message-ID: <${mail.id}@example.org>`);
  expect(head).toContain("List-Unsubscribe: <https://shop.example/u>");
  expect(head).toContain("Auto-Submitted: auto-generated");
  expect(head).not.toMatch(/^bcc:/im);
  expect(server.commands.filter((line) => line.startsWith("RCPT"))).toEqual([
    "RCPT TO:<ada@example.org>",
    "RCPT TO:<ada@example.org>",
  ]);
  expect(first).toContain("\r\n..\r\n");
});

test("a server elsewhere gets nothing without encryption, unless that is asked for", async () => {
  expect(readSmtpUrl("smtp://mail.example.org", "required")).toMatchObject({ port: 587, requireTls: true });
  expect(readSmtpUrl("smtp://mail.example.org", "off")).toMatchObject({ requireTls: false });
  expect(readSmtpUrl("smtp://127.0.0.1:2525", "required")).toMatchObject({ port: 2525, requireTls: false });
  const url = "smtps://us%40er:p%3Ass@mail.example.org";
  expect(readSmtpUrl(url, "required")).toEqual({
    ...{ host: "mail.example.org", port: 465, secure: true, requireTls: false },
    ...{ user: "us@er", password: "p:ss" },
  });
  const server = await open();
  const strict = createSmtpMailer({
    server: { ...readSmtpUrl(server.url, "required"), requireTls: true },
    from: FROM,
    timeoutMs: 10_000,
  });
  expect((await strict.send(mail)).kind).toBe("retry");
  expect(server.commands.some((line) => /^(MAIL|RCPT|DATA)/.test(line))).toBe(false);
});
