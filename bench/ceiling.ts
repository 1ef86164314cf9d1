import type { LoadGenerator } from "./load.ts";

const CLIENTS = [1, 64, 256] as const;
/** As long as the answer to an order with two lines. */
const ANSWER_BYTES = 700;

/** How many requests a second the load generator makes of a server that does nothing: no figure above says much. */
export const measureCeiling = async (generator: LoadGenerator, measureMs: number) => {
  const body = JSON.stringify({ filler: "x".repeat(ANSWER_BYTES) });
  const headers = { "content-type": "application/json" };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(body, { status: 201, headers }),
  });
  const perSecond: Record<string, number> = {};
  try {
    for (const clients of CLIENTS) {
      const { perSecond: rate } = await generator.run({
        url: `http://127.0.0.1:${server.port}`,
        path: "/v1/orders",
        tokens: ["x".repeat(400)],
        skus: ["A", "B"],
        linesPerOrder: 2,
        keys: true,
        warmUpMs: measureMs / 2,
        ...{ clients, measureMs },
      });
      perSecond[clients] = rate;
    }
  } finally {
    await server.stop(true);
  }
  return perSecond;
};
