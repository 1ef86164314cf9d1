import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { createForward } from "../gateway/forward.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { AddressFailed, type ServiceFetch } from "../shared/ports/service-fetch.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { remoteService } from "./remote-service.ts";
import { closedServers, type Handler, PEER, request } from "./testing/addresses.ts";

const { serve } = closedServers();

describe("an address that dies under load", () => {
  test("costs those who were there their answer and nobody else; nothing is done twice", async () => {
    const done = new Map<string, number>();
    const work: Handler = async (asked) => {
      const id = await asked.text();
      done.set(id, (done.get(id) ?? 0) + 1);
      // The answer to every seventh is never given, so that some are under way at any moment.
      if (Number(id) % 7 === 0) await new Promise(() => undefined);
      return new Response(id);
    };
    const [dying, well] = [
      serve(work),
      serve(async (asked) => {
        const id = await asked.text();
        done.set(id, (done.get(id) ?? 0) + 1);
        return new Response(id);
      }),
    ];
    const reach = remoteService([dying.url, well.url], PEER);
    const place = (id: number) =>
      reach(request("POST", String(id))).then(
        async (answer) => ((await answer.text().catch(() => "")) === String(id) ? "answered" : "cut"),
        (error: unknown) => (error instanceof AddressFailed ? "broken" : `${error}`),
      );
    const placeMany = (from: number) => Array.from({ length: 100 }, (_, i) => place(from + i));
    const before = placeMany(0);
    await waitFor(() => dying.seen.length === 50, { what: "half of the requests at the dying address" });
    const meanwhile = placeMany(100);
    await dying.close();
    const outcomes = await Promise.all([...before, ...meanwhile]);
    // Those that were there have no answer, or the head of one; what became of them is not known.
    expect(outcomes.filter((outcome) => !["answered", "broken", "cut"].includes(outcome))).toEqual([]);
    expect(outcomes).toContain("broken");
    const answered = outcomes.flatMap((outcome, id) => (outcome === "answered" ? [String(id)] : []));
    expect(answered.filter((id) => !done.has(id))).toEqual([]);
    expect(new Set(await Promise.all(placeMany(200)))).toEqual(new Set(["answered"]));
    expect(Math.max(...done.values())).toBe(1);
  });

  const others: ServiceFetch = () => Promise.reject(new Error("not asked here"));
  const forwardTo = (orders: ServiceFetch) =>
    createForward(
      Object.fromEntries(serviceNames.map((name) => [name, name === "orders" ? orders : others])) as Record<
        ServiceName,
        ServiceFetch
      >,
      systemClock,
    );
  const facts = { clientIp: "127.0.0.1", requestId: "request-0001" };
  /** Connections that break all at once, as when a process is killed. */
  const breakMany = async () => {
    const held: (() => void)[] = [];
    const dying = serve(
      () => new Promise<Response>((resolve) => held.push(() => resolve(new Response("late")))),
    );
    const well = serve();
    return { dying, well, held };
  };

  test("does not open the gateway's breaker while another is well", async () => {
    const { dying, well, held } = await breakMany();
    const forward = forwardTo(remoteService([dying.url, well.url], PEER));
    const answers = Array.from({ length: 100 }, () =>
      forward("orders", request("POST", "x"), facts).catch((error: unknown) => error),
    );
    await waitFor(() => held.length === 50, { what: "half of the requests at the dying address" });
    await dying.close();
    const failed = (await Promise.all(answers)).filter((answer) => !(answer instanceof Response));
    expect(failed).toHaveLength(50);
    expect(failed[0]).toMatchObject({ code: "UNAVAILABLE" });
    expect(forward.breakers.orders.state).toBe("closed");
    expect((await forward("orders", request("POST", "x"), facts)).status).toBe(200);
  });

  test("does not open the breaker of a service client while another is well", async () => {
    const { dying, well, held } = await breakMany();
    const client = createServiceClient({
      service: "inventory",
      fetch: remoteService([dying.url, well.url], PEER),
      internalToken: "t".repeat(32),
      clock: systemClock,
    });
    const call = {
      method: "PUT",
      path: "/x",
      body: {},
      answers: { 200: z.looseObject({}) },
      idempotent: false,
    } as const;
    const calls = Array.from({ length: 100 }, () =>
      client.call(call).then(
        () => "answered",
        () => "failed",
      ),
    );
    await waitFor(() => held.length === 50, { what: "half of the calls at the dying address" });
    await dying.close();
    expect((await Promise.all(calls)).filter((outcome) => outcome === "failed")).toHaveLength(50);
    expect(client.breaker.state).toBe("closed");
    expect((await client.call(call)).status).toBe(200);
  });

  test("opens it where no other is left, and a read goes to the other without anybody noticing", async () => {
    const { dying, well, held } = await breakMany();
    const forward = forwardTo(remoteService([dying.url, well.url], PEER));
    const reads = Array.from({ length: 20 }, () => forward("orders", request(), facts));
    await waitFor(() => held.length === 10, { what: "half of the reads at the dying address" });
    await dying.close();
    expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]));
    await well.close();
    for (let call = 0; call < 40; call += 1)
      await forward("orders", request("POST", "x"), facts).catch(() => undefined);
    expect(forward.breakers.orders.state).toBe("open");
  });
});
