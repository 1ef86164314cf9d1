import { afterEach, describe, expect, test } from "bun:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { SESSION_CHANNEL } from "../contracts/tokens.ts";
import { createMemoryPubSub } from "../drivers/memory-pub-sub.ts";
import { systemClock } from "../kernel/clock.ts";
import { createServiceClient } from "../runtime/service-client.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createSessionGuard, type SessionGuard } from "./session-guard.ts";

const SID = "0192f0c0-0000-7000-8000-000000000002";
const forgetAfter = new Date(Date.now() + 900_000).toISOString();
const running: SessionGuard[] = [];
afterEach(() => Promise.all(running.splice(0).map((guard) => guard.stop())));

const setUp = async (revokedAtStart: readonly string[] = []) => {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "EdDSA" };
  const auth = async (request: Request) =>
    new URL(request.url).pathname === "/.well-known/jwks.json"
      ? Response.json({ keys: [jwk] })
      : Response.json({ items: revokedAtStart.map((sid) => ({ sid, forgetAfter })) });
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
    .setProtectedHeader({ alg: "EdDSA", kid: "k1", typ: "at+jwt" })
    .setIssuer("kiosk")
    .setAudience("kiosk")
    .setIssuedAt()
    .setExpirationTime("15m")
    .sign(privateKey);
  const isRefused = () =>
    guard.verify(token).then(
      () => false,
      () => true,
    );
  return { pubSub, isRefused };
};

describe("the session guard", () => {
  test("refuses a session at once when Pub/Sub says that it has ended", async () => {
    const { pubSub, isRefused } = await setUp();
    expect(await isRefused()).toBe(false);
    await pubSub.publish(SESSION_CHANNEL, JSON.stringify({ sid: SID, forgetAfter }));
    await waitFor(isRefused, { what: "the refusal" });
  });

  test("knows sessions that ended before it started", async () => {
    const { isRefused } = await setUp([SID]);
    await waitFor(isRefused, { what: "the refusal" });
  });

  test("a message that is no revocation changes nothing", async () => {
    const { pubSub, isRefused } = await setUp();
    await pubSub.publish(SESSION_CHANNEL, "{}");
    await pubSub.publish(SESSION_CHANNEL, "not JSON").catch(() => undefined);
    expect(await isRefused()).toBe(false);
  });
});
