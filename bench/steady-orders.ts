// Orders at a steady rate, whether or not those before have been answered: a process of its own, told by its parent what to do
// (see live-stock.ts).

import { type HttpConnection, openConnection } from "./http-connection.ts";
import { pick } from "./statistics.ts";

export interface SteadyRequest {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly skus: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface SteadyResult {
  readonly answers: Readonly<Record<string, number>>;
  /** Orders that found no free connection when it was their turn, and were sent later. */
  readonly late: number;
}

/** Orders under way at once, at most. */
const CONNECTIONS = 128;
const TICK_MS = 10;

const run = async ({ url, tokens, skus, perSecond, seconds }: SteadyRequest): Promise<SteadyResult> => {
  const { hostname, port } = new URL(url);
  const answers: Record<string, number> = {};
  const free: number[] = [];
  const count = (answer: string) => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  const connections: HttpConnection[] = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, nth) =>
      openConnection({
        hostname,
        port: Number(port),
        onAnswer(status) {
          count(String(status));
          free.push(nth);
        },
        onBroken: count,
      }),
    ),
  );
  free.push(...connections.keys());
  const send = (nth: number) => {
    const [sku] = pick(skus, 1);
    const body = JSON.stringify({ lines: [{ sku, quantity: 1 }] });
    connections[nth]?.send(
      `POST /v1/orders HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${tokens[nth % tokens.length]}\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  };

  const begin = performance.now();
  let late = 0;
  for (let sent = 0; sent < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, ((performance.now() - begin) / 1_000) * perSecond);
    while (sent < due) {
      const nth = free.pop();
      if (nth === undefined) {
        late += 1;
        break;
      }
      send(nth);
      sent += 1;
    }
    await Bun.sleep(TICK_MS);
  }
  while (free.length < CONNECTIONS && performance.now() - begin < 2_000 * seconds) await Bun.sleep(TICK_MS);
  for (const connection of connections) connection.close();
  return { answers, late };
};

process.on("message", (request: SteadyRequest) => {
  run(request).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`The orders failed: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
