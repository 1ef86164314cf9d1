import { createServer, type Server, type Socket } from "node:net";
import { waitFor } from "../../shared/testing/wait-for.ts";

/** What the server answers to a command, `BODY` being the end of the message: `drop` breaks the connection, `silence` says nothing. */
export type SmtpScript = Partial<
  Record<"GREETING" | "EHLO" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "BODY", string | "drop" | "silence">
>;

const usual: Required<SmtpScript> = {
  GREETING: "220 test ESMTP",
  EHLO: "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN",
  AUTH: "235 welcome",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  BODY: "250 taken",
};

const isScripted = (verb: string): verb is keyof SmtpScript => Object.hasOwn(usual, verb);

/** One connection. The message is kept when it has come to its end, whatever is answered. */
const converse = (
  socket: Socket,
  answerTo: (verb: keyof SmtpScript) => string,
  heard: { readonly commands: string[]; readonly messages: string[] },
): void => {
  let waiting = "";
  let inBody = false;
  const answer = (verb: keyof SmtpScript): void => {
    const text = answerTo(verb);
    if (text === "drop") socket.destroy();
    else if (text !== "silence") socket.write(`${text}\r\n`);
    inBody = verb === "DATA" && text.startsWith("354");
  };
  const takeCommand = (line: string): void => {
    heard.commands.push(line);
    const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? "";
    if (verb === "QUIT") socket.end("221 bye\r\n");
    else if (isScripted(verb)) answer(verb);
    else socket.write("502 not here\r\n");
  };
  const takeNext = (): boolean => {
    const end = inBody ? "\r\n.\r\n" : "\r\n";
    const at = waiting.indexOf(end);
    if (at < 0) return false;
    const text = waiting.slice(0, at);
    waiting = waiting.slice(at + end.length);
    if (!inBody) takeCommand(text);
    else {
      heard.messages.push(text);
      answer("BODY");
    }
    return true;
  };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    waiting += chunk;
    while (takeNext());
  });
  answer("GREETING");
};

/** A mail server on this machine that takes mail, or fails as a test wants it to. */
export const openSmtpServer = async (script: SmtpScript = {}) => {
  const heard = { commands: [] as string[], messages: [] as string[] };
  const sockets = new Set<Socket>();
  let current = script;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    converse(socket, (verb) => current[verb] ?? usual[verb], heard);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    ...heard,
    port,
    url: `smtp://127.0.0.1:${port}`,
    answers(next: SmtpScript) {
      current = next;
    },
    hears: (count: number) =>
      waitFor(() => heard.messages.length >= count && heard.messages, {
        what: `${count} mails`,
        timeoutMs: 20_000,
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
