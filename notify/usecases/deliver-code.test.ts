import { expect, test } from "bun:test";
import type { DeliverCodeRequest } from "../../shared/contracts/internal-api.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import type { SendResult } from "../domain/send-result.ts";
import { CODE_WAIT_MAX_MS, deliverCode } from "./deliver-code.ts";

const retry: SendResult = { kind: "retry", reason: "ECONNREFUSED" };
const flood = (seconds: number): SendResult => ({ kind: "wait", seconds, reason: "Too Many Requests" });
const sent: SendResult = { kind: "sent", messageId: 1 };

/** A code over a Telegram that answers so, one call after the other, and the last for ever; time passes only while somebody waits. */
const deliver = async (
  answers: readonly SendResult[],
  { lifeMs = 300_000, stopsAfterMs = Number.POSITIVE_INFINITY, isStored = true } = {},
) => {
  const clock = fakeClock();
  const begun = clock.now().getTime();
  const passed = () => clock.now().getTime() - begun;
  const [tries, allowed, woken]: [number[], number[], number[]] = [[], [], []];
  const [kept, unstored]: [unknown[], unknown[]] = [[], []];
  const store = (message: unknown) =>
    isStored ? Promise.resolve(void kept.push(message)) : Promise.reject(unavailable("the database is away"));
  const request: DeliverCodeRequest = {
    ...{ challengeId: newId(), chatId: 7, code: "123456", language: "en", purpose: "login", askedFrom: "x" },
    expiresAt: new Date(begun + lifeMs).toISOString(),
  };
  const { outcome } = await deliverCode({
    messenger: {
      async sendCode(_, timeoutMs) {
        tries.push(passed());
        allowed.push(passed() + timeoutMs);
        return answers[Math.min(tries.length, answers.length) - 1] ?? sent;
      },
    },
    codeMessages: { add: store },
    chats: { setState: store },
    pace: { spend: async () => undefined, flooded: async () => undefined },
    clock,
    pause: async (ms) => clock.advance(ms),
    isStopping: () => passed() >= stopsAfterMs,
    onResult: () => undefined,
    onUnstored: (error) => void unstored.push(error),
    wakeCodeCloser: () => void woken.push(kept.length),
  })(request);
  const counts = { kept: kept.length, unstored: unstored.length };
  return { outcome, tries, allowed, ...counts, woken, passed: passed() };
};

test("notify-16: a code that was surely not sent is tried again, sooner at first, and kept once it is sent", async () => {
  expect(await deliver([retry, retry, sent])).toMatchObject({
    outcome: "sent",
    tries: [0, 1_000, 3_000],
    kept: 1,
  });
  expect(await deliver([flood(7), sent])).toMatchObject({ outcome: "sent", tries: [0, 7_000] });
});

test("notify-16: a code that could not be sent within 20 s is dropped, and no try begins or lasts beyond that", async () => {
  const { outcome, tries, allowed, kept, passed } = await deliver([retry]);
  expect({ outcome, kept }).toEqual({ outcome: "expired", kept: 0 });
  expect(tries).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  expect(new Set(allowed)).toEqual(new Set([CODE_WAIT_MAX_MS]));
  expect(passed).toBeLessThanOrEqual(CODE_WAIT_MAX_MS);
});

test("notify-16: a flood that outlasts the 20 s is not waited for at all", async () => {
  expect(await deliver([flood(20), sent])).toMatchObject({ outcome: "expired", tries: [0], passed: 0 });
});

test("notify-16: a code past its life is dropped, before the first try or while it waits", async () => {
  expect(await deliver([sent], { lifeMs: 0 })).toMatchObject({ outcome: "expired", tries: [] });
  expect(await deliver([retry], { lifeMs: 2_000 })).toMatchObject({ outcome: "expired", tries: [0, 1_000] });
});

test("notify-12: a code of which nobody knows whether it arrived is not tried again", async () => {
  expect(await deliver([{ kind: "unknown", reason: "ECONNRESET" }, sent])).toMatchObject({
    ...{ outcome: "unknown", tries: [0], kept: 0 },
  });
});

test("notify-16: a database that is away changes nothing about what became of the code", async () => {
  const [there, away] = [{ isStored: true }, { isStored: false }];
  expect(await deliver([sent], there)).toMatchObject({ outcome: "sent", unstored: 0, woken: [1] });
  expect(await deliver([sent], away)).toMatchObject({ outcome: "sent", unstored: 1 });
  const blocked: SendResult = { kind: "unreachable", reason: "blocked" };
  expect(await deliver([blocked], away)).toMatchObject({ outcome: "unreachable", unstored: 1, woken: [] });
});

test("notify-27: a stop ends the wait of a code, which is then known not to be sent", async () => {
  expect(await deliver([retry], { stopsAfterMs: 1_000 })).toMatchObject({ outcome: "expired", tries: [0] });
});
