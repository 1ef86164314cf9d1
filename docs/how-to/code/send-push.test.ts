import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { type ChannelWorker, createChannelWorker } from "../../../notify/channel-worker.ts";
import type { ChannelResult } from "../../../notify/domain/channel-result.ts";
import type { Delivery } from "../../../notify/domain/delivery.ts";
import type { ChannelOutcome, ClaimedDelivery } from "../../../notify/usecases/channel-ports.ts";
import { systemClock } from "../../../shared/kernel/clock.ts";
import { newId } from "../../../shared/kernel/ids.ts";
import { silentLogger } from "../../../shared/testing/silent-logger.ts";
import { waitFor } from "../../../shared/testing/wait-for.ts";
import { sendPush } from "./send-push.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const pushed: unknown[] = [];
let answer: () => Response = () => new Response(null, { status: 202 });
const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    pushed.push(JSON.parse(await request.text()));
    return answer();
  },
});
afterAll(() => service.stop(true));

const phones = new Map<string, string>();
const push = (url: string) =>
  sendPush({
    url,
    devices: { find: async (userId) => phones.get(userId) ?? null },
    describe: ({ template }) => `news: ${template}`,
  });

const news = (userId: string): Delivery => ({
  ...{ id: newId(), userId, class: "transactional", channel: "email", state: "sending", attempts: 1 },
  notice: { template: "back-in-stock", sku: "MUG", version: 3 },
  ...{ telegramMessageId: null, reason: null, nextAt: now, createdAt: now, updatedAt: now },
  expiresAt: new Date(Date.now() + 3_600_000),
});

let worker: ChannelWorker | undefined;
const outcomes: ChannelOutcome[] = [];

/** Hands one delivery to the service's own worker, and waits for what comes of it. */
const handOver = async (delivery: Delivery, url = service.url.href): Promise<ChannelOutcome> => {
  const waiting: ClaimedDelivery[] = [{ claimId: newId(), delivery, webhook: null }];
  worker = createChannelWorker({
    // A channel without ids by which its receiver would know what comes twice, as mail is.
    queue: {
      channel: "email",
      claim: async () => ({ taken: waiting.splice(0), nextAt: null }),
      unclaim: async () => undefined,
    },
    recorder: {
      async record(outcome) {
        outcomes.push(outcome);
        return null;
      },
    },
    attempt: push(url),
    ...{ announce: () => undefined, slots: 4, untilStored: (store) => store() },
    ...{ clock: systemClock, newId, log: silentLogger() },
  });
  worker.start();
  return waitFor(() => outcomes.at(-1), { what: "the outcome of the delivery" });
};

beforeEach(() => {
  phones.clear();
  phones.set("ada", "device-of-ada");
  pushed.length = 0;
  outcomes.length = 0;
  answer = () => new Response(null, { status: 202 });
});
afterEach(() => worker?.stop());

const came = ({ result, settlement }: ChannelOutcome): [ChannelResult["kind"], string] => [
  result.kind,
  settlement.state,
];

test("what is pushed is sent, in words, to the person's device", async () => {
  expect(came(await handOver(news("ada")))).toEqual(["sent", "sent"]);
  expect(pushed).toEqual([{ device: "device-of-ada", text: "news: back-in-stock" }]);
});

test("who has no app is not written to", async () => {
  expect(came(await handOver(news("ben")))).toEqual(["suppressed", "suppressed"]);
  expect(pushed).toEqual([]);
});

test("a service that asks to wait is asked again then", async () => {
  answer = () => new Response(null, { status: 429, headers: { "retry-after": "120" } });
  const outcome = await handOver(news("ada"));
  expect(came(outcome)).toEqual(["retry", "pending"]);
  expect(outcome.result).toMatchObject({ afterSeconds: 120 });
});

test("what may have arrived is not sent again by itself", async () => {
  answer = () => new Response(null, { status: 502 });
  expect(came(await handOver(news("ada")))).toEqual(["unknown", "unknown"]);
});

test("an app that is gone is the end of it; a service that is not there is not", async () => {
  answer = () => new Response(null, { status: 410 });
  expect(came(await handOver(news("ada")))).toEqual(["gone", "failed"]);
  outcomes.length = 0;
  await worker?.stop();
  const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const nobodyThere = gone.url.href;
  await gone.stop(true);
  expect(came(await handOver(news("ada"), nobodyThere))).toEqual(["retry", "pending"]);
});
