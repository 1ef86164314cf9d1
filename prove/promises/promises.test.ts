import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { playAct } from "../acts.ts";
import type { Evidence, ProvenPromise } from "../promise.ts";
import { breachNamed, breachNames, promises } from "./all.ts";
import { bounds } from "./bounds.ts";
import { noEventLost } from "./no-event-lost.ts";
import { replicasAgree } from "./replicas-agree.ts";
import { openSmallShop, type SmallShop } from "./testing/small-shop.ts";
import { undone } from "./testing/undone.ts";

setDefaultTimeout(120_000);

const SETTLE = { timeoutMs: 30_000, everyMs: 200 } as const;

/** What has to be found where a promise is broken in this way. */
const expected: Readonly<Record<string, RegExp>> = {
  "never-oversold": /what is reserved is not what orders hold/,
  "never-oversold/goods": /initial and received are not available, held and sold/,
  "never-oversold/ledger": /counters differ from the ledger/,
  "no-order-lost-or-stuck": /was acknowledged and is lost/,
  "no-order-lost-or-stuck/stuck": /is stuck/,
  "no-order-lost-or-stuck/late": /was decided after 36\d{5} ms/,
  "no-order-lost-or-stuck/otherwise": /its client was told 409/,
  "no-event-lost-or-doubled": /has counted other sales than there are/,
  "no-event-lost-or-doubled/uncounted": /has counted other sales than there are/,
  "no-event-lost-or-doubled/deaf": /orders\.auth-events has not handled an event: user\./,
  "no-event-lost-or-doubled/unsent": /1 card waits, and none has been seen to go out/,
  "no-event-lost-or-doubled/lost": /notify\.orders-events has not handled an event: order\./,
  "no-event-lost-or-doubled/untold": /nobody was told of order K-/,
  "no-event-lost-or-doubled/waiting": /1 event waits in outboxes/,
  "retries-are-safe": /one key made 2 orders/,
  "retries-are-safe/other-body": /another body under a used key was not refused/,
  "no-message-sent-twice": /holds 3 cards of order K-/,
  "replicas-agree": /product.*a row is not as catalog has it/,
  "replicas-agree/gap": /a live reader of stock has a silent gap/,
  "replicas-agree/backward": /was shown older after newer/,
  "survives-any-restart": /orders has ended by itself/,
  "survives-any-restart/late": /ready only after 20000 ms/,
  "logout-means-logout": /a session that was ended is alive/,
  "logout-means-logout/late": /orders went on for \d+ ms after a logout/,
  "stolen-refresh-tokens-are-caught": /the family of a stolen token is alive/,
  "stolen-refresh-tokens-are-caught/good": /a token that had been replaced was good/,
  "stolen-refresh-tokens-are-caught/silent": /was not told/,
  "codes-cannot-be-guessed": /the right code was good after 5 wrong ones/,
  "codes-cannot-be-guessed/used": /had been guessed at let somebody in/,
  "codes-cannot-be-guessed/short": /codes are not longer/,
  "codes-cannot-be-guessed/account": /was open after 20 wrong codes/,
  "errors-tell-attackers-nothing": /internal token stands in output/,
  "errors-tell-attackers-nothing/sql": /an error tells SQL/,
  "errors-tell-attackers-nothing/page": /an error tells something that is no problem/,
  "a-deploy-is-invisible": /product failed during a deploy: 502/,
  "overload-degrades": /only 5 % of what is taken in calm/,
  "overload-degrades/slow": /refusals took \d+ ms/,
  "overload-degrades/silent": /said nothing of when to come again/,
};

/** A flood as it should be: the real one takes a machine for some seconds, and is part of every run. */
const madeUp: Readonly<Record<string, unknown>> = {
  "overload-degrades": {
    ...{ capacity: 400, goodput: 380, sentPerSecond: 2_000, refused: 6_000, refusedWithoutRetryAfter: 0 },
    ...{ refusedP50Ms: 8, refusedP99Ms: 40, others: {}, stallMs: 2, usualStallMs: 1, wellAgainMs: 30 },
    ...{ processorsInCalm: 1.8, processorsInFlood: 1.8, contentionInCalm: 1, contentionInFlood: 1 },
  },
};

let small: SmallShop;
const acts: Record<string, unknown> = { ...madeUp };
let evidence: Evidence;

beforeAll(async () => {
  small = await openSmallShop();
  const { signal } = new AbortController();
  for (const { name, act } of promises)
    if (act !== undefined && !(name in acts)) acts[name] = await playAct(act, small.shop, signal);
  evidence = small.evidence(acts);
}, 300_000);
afterAll(() => small?.close());

const findingsOf = async (promise: ProvenPromise, given: Evidence): Promise<string[]> =>
  (await promise.judge(given)).findings.map(({ what }) => what);

test("every promise of the table is judged, and can be broken by its name", () => {
  expect(promises).toHaveLength(13);
  expect(new Set(promises.map(({ name }) => name)).size).toBe(promises.length);
  for (const { name, breaches } of promises) {
    expect(breaches[0].name).toBe(name);
    expect(breaches.filter((breach) => breach.name.split("/")[0] !== name)).toEqual([]);
  }
  expect(breachNames.toSorted()).toEqual(Object.keys(expected).toSorted());
  expect(breachNamed("never-oversold")?.promise.name).toBe("never-oversold");
  expect(breachNamed("nothing of the kind")).toBeNull();
});

describe("a shop that keeps its promises", () => {
  for (const promise of promises)
    test(`${promise.name}: nothing is found`, async () => {
      let findings: readonly unknown[] = [];
      const isKept = async () => {
        ({ findings } = await promise.judge(evidence));
        return findings.length === 0;
      };
      await waitFor(isKept, SETTLE).catch(() => undefined);
      expect(findings).toEqual([]);
      const { counted, notJudged } = await promise.judge(evidence);
      expect(Object.values(counted).filter((count) => !Number.isFinite(count))).toEqual([]);
      if (promise.name === "a-deploy-is-invisible") expect(notJudged).toBeString();
      else expect([notJudged, Object.keys(counted).length > 0]).toEqual([undefined, true]);
    });
});

describe("a promise that is broken is found to be", () => {
  for (const name of breachNames)
    test(`${name}: ${breachNamed(name)?.breach.says}`, async () => {
      const found = breachNamed(name);
      if (found === null) throw new Error("there is no such breach");
      const findings = await undone(small.shop.databases, async (databases) => {
        const broken = await found.breach.breakIt({ ...evidence, shop: { ...small.shop, databases } });
        return findingsOf(found.promise, broken);
      });
      expect(findings).not.toEqual([]);
      expect(findings.some((what) => expected[name]?.test(what)) || findings).toBe(true);
      // It was the breach: without it all is as it was.
      expect(await findingsOf(found.promise, evidence)).toEqual([]);
    });
});

test("replicas that agree only after their time is up have been late, whatever they are now", async () => {
  const judge = (given: Evidence) => findingsOf(replicasAgree, given);
  await undone(small.shop.databases, async (databases) => {
    const change = (by: number) =>
      databases.orders.db.execute(sql`update product_replica set price_minor = price_minor + ${by}`);
    const shop = { ...small.shop, databases };
    const soon = { ...evidence, shop, calls: [], calmSinceMs: shop.now() };
    const late = { ...soon, calmSinceMs: shop.now() - bounds.replicaAgreesMs - 1 };
    await change(1);
    expect((await judge(soon))[0]).not.toContain("after the last fault");
    await change(-1);
    expect(await judge(soon)).toEqual([]);
    await change(1);
    expect((await judge(late))[0]).toContain("after the last fault");
    await change(-1);
    expect((await judge(late))[0]).toContain("after the last fault");
  });
});

test("cards may wait, as long as they are seen to become fewer", async () => {
  await undone(small.shop.databases, async (databases) => {
    let nowMs = 0;
    const shop = { ...small.shop, databases, now: () => nowMs };
    const found = () => findingsOf(noEventLost, { ...evidence, shop });
    const { db } = databases.notify;
    await db.execute(sql`update delivery set state = 'pending' where notice ->> 'template' = 'order-card'`);
    expect(await found()).toEqual([
      expect.stringMatching(/^\d+ cards wait, and none has been seen to go out$/),
    ]);
    await db.execute(sql`
      update delivery set state = 'sent' where notice ->> 'template' = 'order-card' and notice ->> 'orderId' <> (
        select min(notice ->> 'orderId') from delivery where notice ->> 'template' = 'order-card')`);
    expect(await found()).toEqual([]);
    nowMs += bounds.cardsMoveMs;
    expect(await found()).toEqual([]);
    nowMs += 1;
    expect(await found()).toEqual([expect.stringMatching(/^1 card waits/)]);
  });
});

describe("a promise that nobody has tried", () => {
  for (const { name, act, judge } of promises)
    if (act !== undefined)
      test(`${name} is not kept`, async () => {
        const { [name]: _, ...others } = acts;
        for (const notes of [others, { ...acts, [name]: { failed: "no way in" } }, { ...acts, [name]: {} }])
          expect((await judge({ ...evidence, acts: notes })).findings).toHaveLength(1);
      });
});
