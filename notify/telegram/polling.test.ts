import { expect, test } from "bun:test";
import { Api } from "grammy";
import { unavailable } from "../../shared/kernel/errors.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { createPolling, type PollingOptions } from "./polling.ts";

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof Api>[1]>["fetch"]>;

/** A Bot API with no webhook. `poll` answers `getUpdates`; by default a poll lasts until it is ended. */
const apiWith = (poll?: () => Promise<Response>) => {
  const untilEnded = (init?: RequestInit) =>
    new Promise<Response>((_, reject) =>
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))),
    );
  const answer = async (url: string, init?: RequestInit): Promise<Response> => {
    if (url.endsWith("/getWebhookInfo")) return Response.json({ ok: true, result: { url: "" } });
    return poll === undefined ? untilEnded(init) : poll();
  };
  return new Api("1:t", { fetch: answer as unknown as Fetch });
};

const pollingWith = (options: Partial<PollingOptions>) => {
  const log = silentLogger();
  const polling = createPolling({
    ...{ api: apiWith(), intake: { take: async () => undefined }, takeover: false, log },
    identity: { known: true, username: async () => "bot" },
    lease: { held: true, take: async () => true, release: async () => undefined },
    onConflict: () => undefined,
    ...options,
  });
  return { polling, log };
};

test("notify-4: a renewal that is under way when the poller stops does not take the lease again after it was given back", async () => {
  const done: string[] = [];
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  let asked = 0;
  const { polling } = pollingWith({
    lease: {
      held: true,
      async take() {
        asked += 1;
        if (asked === 1) return true;
        await answered;
        done.push("taken");
        return true;
      },
      release: async () => void done.push("released"),
    },
  });
  polling.start();
  await waitFor(() => asked === 2, { what: "the lease to be prolonged", timeoutMs: 30_000 });
  const stopped = polling.stop();
  await new Promise((resolve) => setImmediate(resolve));
  answer();
  await stopped;
  expect(done).toEqual(["taken", "released"]);
}, 60_000);

test("updates that the database does not take are no fault of Telegram's, and the log says so", async () => {
  const { polling, log } = pollingWith({
    api: apiWith(async () => Response.json({ ok: true, result: [{ update_id: 1 }] })),
    intake: { take: () => Promise.reject(unavailable("The database does not answer.")) },
  });
  polling.start();
  const said = await waitFor(() => log.lines.find(({ message }) => /could not be fetched/.test(message)));
  await polling.stop();
  expect(JSON.stringify(said)).toContain("The database does not answer.");
});
