import { afterEach, describe, expect, test } from "bun:test";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { SESSION_CHANNEL } from "../contracts/tokens.ts";
import { createMemoryPubSub } from "../drivers/memory-pub-sub.ts";
import { systemClock } from "../kernel/clock.ts";
import { isKioskError } from "../kernel/errors.ts";
import { createServiceClient } from "../runtime/service-client.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createSessionGuard, type SessionGuard } from "./session-guard.ts";

const SID = "0192f0c0-0000-7000-8000-000000000002";
const forgetAfter = new Date(Date.now() + 900_000).toISOString();
const running: SessionGuard[] = [];
afterEach(() => Promise.all(running.splice(0).map((guard) => guard.stop())));

/** Auth with a list of ended sessions, which may be away as a whole or for the list alone. */
const setUp = async (revokedAtStart: readonly string[] = [], away: "list" | "auth" | null = null) => {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const jwk = { ...publicJwk, kid, alg: "EdDSA", use: "sig" };
  const state = { away };
  const auth = async (request: Request) => {
    if (state.away === "auth") throw new Error("connection refused");
    if (new URL(request.url).pathname === "/.well-known/jwks.json") return Response.json({ keys: [jwk] });
    if (state.away === "list") return new Response(null, { status: 503 });
    return Response.json({ items: revokedAtStart.map((sid) => ({ sid, forgetAfter })) });
  };
  const pubSub = createMemoryPubSub();
  const authClient = createServiceClient({
    service: "auth",
    fetch: auth,
    internalToken: "t".repeat(32),
    clock: systemClock,
  });
  const guard = createSessionGuard({
    issuer: "kiosk",
    clock: systemClock,
    pubSub,
    auth,
    authClient,
    log: silentLogger(),
  });
  running.push(guard);
  await guard.start();
  const token = await new SignJWT({
    sub: "0192f0c0-0000-7000-8000-000000000001",
    sid: SID,
    role: "customer",
    typ: "access",
  })
    .setProtectedHeader({ alg: "EdDSA", kid, typ: "at+jwt" })
    .setIssuer("kiosk")
    .setAudience("kiosk")
    .setIssuedAt()
    .setExpirationTime("15m")
    .sign(privateKey);
  const verdict = () =>
    guard.verify(token).then(
      () => "accepted",
      (error: unknown) => (isKioskError(error) ? error.code : String(error)),
    );
  const isRefused = async () => (await verdict()) === "UNAUTHENTICATED";
  return { pubSub, isRefused, verdict, state };
};

describe("the session guard", () => {
  test("refuses a session at once when Pub/Sub says that it has ended", async () => {
    const { pubSub, isRefused } = await setUp();
    expect(await isRefused()).toBe(false);
    await pubSub.publish(SESSION_CHANNEL, JSON.stringify({ sid: SID, forgetAfter }));
    await waitFor(isRefused, { what: "the refusal" });
  });

  test("knows sessions that ended before it started", async () => {
    const { verdict } = await setUp([SID]);
    expect(await verdict()).toBe("UNAUTHENTICATED");
  });

  for (const away of ["auth", "list"] as const)
    test(`accepts nothing while ${away === "auth" ? "auth" : "its list alone"} is away at the start, and then what stands`, async () => {
      const [ended, standing] = [await setUp([SID], away), await setUp([], away)];
      expect([await ended.verdict(), await standing.verdict()]).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
      ended.state.away = null;
      standing.state.away = null;
      await waitFor(async () => (await standing.verdict()) === "accepted", {
        what: "the list",
        timeoutMs: 15_000,
      });
      await waitFor(ended.isRefused, { what: "the list", timeoutMs: 15_000 });
    }, 40_000);

  test("goes on with what it knows when auth goes away later", async () => {
    const { pubSub, verdict, isRefused, state } = await setUp();
    expect(await verdict()).toBe("accepted");
    state.away = "auth";
    expect(await verdict()).toBe("accepted");
    await pubSub.publish(SESSION_CHANNEL, JSON.stringify({ sid: SID, forgetAfter }));
    await waitFor(isRefused, { what: "the refusal" });
  });

  test("a message that is no revocation changes nothing", async () => {
    const { pubSub, isRefused } = await setUp();
    await pubSub.publish(SESSION_CHANNEL, "{}");
    await pubSub.publish(SESSION_CHANNEL, "not JSON").catch(() => undefined);
    expect(await isRefused()).toBe(false);
  });
});
