import { z } from "zod";
import { signWidget } from "../../auth/testing/telegram-signer.ts";
import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { ApiClient, Call } from "../../tools/client/api-client.ts";
import type { SandboxClient } from "../../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../../tools/client/sign-in.ts";
import { stepUp } from "../../tools/client/step-up.ts";
import { signInByOidc } from "../oidc-browser.ts";

export const GRACE = { firstName: "Grace", phone: "+15550188101" };
export const PASSWORD = "seven damp otters at noon";
const NEW_PASSWORD = "nine brass kettles, cooling";

export interface World {
  readonly api: ApiClient;
  readonly sandbox: SandboxClient;
  /** Signs the login widget's fields. */
  readonly widgetKey: Buffer;
  /** Runs a statement in auth's database, as time would have changed it. */
  readonly inAuth: (statement: string) => Promise<unknown>;
  /** Has another key sign tokens from now on. */
  readonly rotateKeys: () => Promise<void>;
}

const challengeSchema = z.object({
  challengeId: z.string(),
  challengeSecret: z.string(),
  deepLink: z.string(),
});
const pairSchema = z.object({ accessToken: z.string(), refreshToken: z.string() });
const CODE = /\b(\d{6,8})\b/;

const post = async <Body>(
  { api }: World,
  path: string,
  status: number,
  schema: z.ZodType<Body>,
  call: Omit<Call, "method">,
): Promise<Body> => (await api.expect(status, schema, path, { method: "POST", ...call })).body;
const anything = z.unknown();

const isCode = ({ from, text }: { from: string; text: string }): boolean => from === "bot" && CODE.test(text);
const codeIn = ({ text }: { text: string }): string => CODE.exec(text)?.[1] ?? "";

/** Asks for a code for a phone that is known, which comes into the chat at once. */
export const askForCode = async (world: World, personId: number, phone: string) => {
  const after = await world.sandbox.lastMessageId(personId);
  const asked = await post(world, "/v1/auth/otp/request", 202, challengeSchema, { body: { phone } });
  const message = await world.sandbox.waitForMessage(personId, after, isCode, "a code");
  const { challengeId, challengeSecret } = asked;
  return { ask: { challengeId, challengeSecret }, messageId: message.messageId, code: codeIn(message) };
};

const verify = (world: World, body: Readonly<Record<string, string>>, status: number): Promise<unknown> =>
  post(world, "/v1/auth/otp/verify", status, anything, { body });

/** A code that is asked for again, the first one all the same, the right one, and the right one once more. */
const byCode = async (world: World, { personId }: SignedIn): Promise<z.infer<typeof pairSchema>> => {
  const { ask, messageId, code } = await askForCode(world, personId, GRACE.phone);
  await post(world, "/v1/auth/otp/resend", 429, anything, { body: ask });
  await world.inAuth("update challenge set last_asked_at = last_asked_at - interval '2 minutes'");
  await world.inAuth("update challenge set last_sent_at = last_sent_at - interval '2 minutes'");
  await post(world, "/v1/auth/otp/resend", 202, anything, { body: ask });
  const second = codeIn(await world.sandbox.waitForMessage(personId, messageId, isCode, "another code"));
  await verify(world, { ...ask, code }, 401);
  const pair = pairSchema.parse(await verify(world, { ...ask, code: second }, 200));
  await verify(world, { ...ask, code: second }, 401);
  return pair;
};

/** By a link without a phone. */
const byLink = async (world: World, { personId }: SignedIn): Promise<void> => {
  const after = await world.sandbox.lastMessageId(personId);
  const body = { link: true };
  const asked = await post(world, "/v1/auth/otp/request", 202, challengeSchema, { body });
  await world.sandbox.start(personId, new URL(asked.deepLink).searchParams.get("start") ?? "");
  const message = await world.sandbox.waitForMessage(personId, after, isCode, "a code by the link");
  const { challengeId, challengeSecret } = asked;
  await verify(world, { challengeId, challengeSecret, code: codeIn(message) }, 200);
};

/** By what Telegram says: good data, changed data, and the same once more. */
const byTelegram = async (world: World, { personId }: SignedIn): Promise<string> => {
  const initData = await world.sandbox.initData(personId);
  const path = "/v1/auth/telegram/miniapp";
  await post(world, path, 200, pairSchema, { body: { initData } });
  await post(world, path, 401, anything, { body: { initData: initData.replace("hash=", "hash=0") } });
  const now = Math.floor(Date.now() / 1000);
  const fields = signWidget({ id: personId, first_name: "Grace", auth_date: now }, world.widgetKey);
  await post(world, "/v1/auth/telegram/widget", 200, pairSchema, { body: fields });
  await post(world, "/v1/auth/telegram/widget", 401, anything, { body: fields });
  await signInByOidc(world.api, { ...GRACE, sharesPhone: true, letsBotWrite: true });
  return initData;
};

const byPassword = async (world: World): Promise<void> => {
  const who = { username: "ada.of.the.canary", email: "ada@canary.example" };
  const body = { ...who, password: PASSWORD };
  const { accessToken: token } = await post(world, "/v1/auth/register", 201, pairSchema, { body });
  const { username } = who;
  await post(world, "/v1/auth/login", 200, pairSchema, { body: { username, password: PASSWORD } });
  await post(world, "/v1/auth/login", 401, anything, { body: { username, password: NEW_PASSWORD } });
  // A password in the place of the name, as slips happen.
  await post(world, "/v1/auth/login", 422, anything, { body: { username: PASSWORD, password: "x" } });
  const change = { password: NEW_PASSWORD, currentPassword: PASSWORD };
  const put = { method: "PUT", token, body: change } as const;
  await world.api.expect(204, anything, "/v1/users/me/password", put);
};

/** A pair that is renewed twice, and then the first again: a theft. */
const refreshing = async (world: World, { refreshToken }: z.infer<typeof pairSchema>): Promise<void> => {
  const renew = (token: string) =>
    post(world, "/v1/auth/refresh", 200, pairSchema, { body: { refreshToken: token } });
  await renew((await renew(refreshToken)).refreshToken);
  await post(world, "/v1/auth/refresh", 401, anything, { body: { refreshToken } });
};

const kidOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;

/** Another key signs, and what it signs is good. */
const rotation = async (world: World, who: SignedIn): Promise<string> => {
  await world.rotateKeys();
  let { accessToken, refreshToken } = who;
  const isAnother = async (): Promise<boolean> => {
    const pair = await post(world, "/v1/auth/refresh", 200, pairSchema, { body: { refreshToken } });
    ({ accessToken, refreshToken } = pair);
    return kidOf(accessToken) !== kidOf(who.accessToken);
  };
  await waitFor(isAnother, { what: "a token of the new key", timeoutMs: 30_000, everyMs: 100 });
  await world.api.expect(200, anything, "/v1/users/me", { token: accessToken });
  return accessToken;
};

const erasedSchema = z.object({ id: z.string(), receiptSecret: z.string() });

/** An export, and an erasure with its receipt. */
const leaving = async ({ api }: World, { accessToken: token }: SignedIn): Promise<string> => {
  await api.expect(200, anything, "/v1/users/me/export", { token });
  const confirm = { method: "DELETE", token, body: { confirm: "erase" } } as const;
  const { body } = await api.expect(202, erasedSchema, "/v1/users/me", confirm);
  const path = `/v1/users/erasures/${body.id}`;
  const receipt = (secret: string, status: number) =>
    api.expect(status, anything, path, { headers: { "x-receipt-secret": secret } });
  await receipt(body.receiptSecret, 200);
  await receipt(body.receiptSecret.replace(/^./, "_"), 404);
  return body.receiptSecret;
};

/** Everything that a person and a merchant do with their identities; what they hold at the end, to be put where it does not belong. */
export const liveThroughIdentity = async (world: World) => {
  const { api, sandbox } = world;
  const merchant = await signIn(api, sandbox, { firstName: "Ada", phone: SANDBOX_ADMIN_PHONE });
  const grace = await signIn(api, sandbox, GRACE);
  const pair = await byCode(world, grace);
  await byLink(world, grace);
  const initData = await byTelegram(world, grace);
  await byPassword(world);
  await refreshing(world, pair);
  const proved = await stepUp(api, sandbox, merchant, "users.manage");
  const role = { method: "PATCH", token: proved.accessToken, body: { role: "staff" } } as const;
  await api.expect(200, anything, `/v1/users/${grace.userId}`, role);
  const adminToken = await rotation(world, merchant);
  const leaver = await signIn(api, sandbox, { firstName: "Edsger", phone: "+15550188102" });
  const receiptSecret = await leaving(world, leaver);
  const last = await signIn(api, sandbox, { firstName: "Barbara", phone: "+15550188103" });
  return { adminToken, initData, receiptSecret, grace, last };
};
