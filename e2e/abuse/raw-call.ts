import { connect } from "node:net";

/** What came of bytes on a connection: the first answer's status, if any, all that was said, and whether the server has ended it. */
export interface RawOutcome {
  readonly status: number | null;
  readonly text: string;
  readonly answers: number;
  readonly ended: boolean;
}

/** Longest wait for the server to answer or to end a connection. */
const WAIT_MS = 40_000;

/** Writes bytes to a connection and answers once the server has answered or ended it; `until` may ask for the end itself. */
export const rawCall = (
  url: string,
  text: string,
  { until = "answer", dripMs, drip = "" }: { until?: "answer" | "end"; dripMs?: number; drip?: string } = {},
): Promise<RawOutcome> => {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<RawOutcome>();
  const socket = connect(Number(port), hostname);
  let said = "";
  let ended = false;
  const dripping = dripMs === undefined ? undefined : setInterval(() => socket.write(drip), dripMs);
  const timer = setTimeout(() => {
    reject(
      new Error(`The server was waited for in vain after ${JSON.stringify(text.slice(0, 80))}: ${said}`),
    );
    socket.destroy();
  }, WAIT_MS);
  const done = () => {
    clearInterval(dripping);
    clearTimeout(timer);
    const statuses = [...said.matchAll(/(?:^|\n|\})HTTP\/1\.1 (\d{3})/g)];
    const status = statuses[0] === undefined ? null : Number(statuses[0][1]);
    resolve({ status, text: said, answers: statuses.length, ended });
    socket.destroy();
  };
  // What follows an answer in the same packet has arrived by then.
  socket.on("data", (chunk) => {
    said += chunk.toString("latin1");
    if (until === "answer" && said.includes("\r\n\r\n")) setImmediate(done);
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    ended = true;
    done();
  });
  socket.write(Buffer.from(text, "latin1"));
  return promise;
};

/** The head of a request, its lines as given. */
export const head = (first: string, ...lines: readonly string[]): string =>
  `${[`${first} HTTP/1.1`, "host: kiosk.example", ...lines].join("\r\n")}\r\n\r\n`;
