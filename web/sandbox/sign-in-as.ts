import { type KioskClient, KioskProblem, ok, type SignedIn } from "../../client/index.ts";
import type { Message, Person, SandboxApi } from "./sandbox-api.ts";

const WAIT_MS = 5_000;
/** As long as a shop under load may take for a message. */
const WAITS_MAX = 6;
const CODE = /^\d{6,8}$/;

const codeIn = ({ buttons }: Message): string | undefined =>
  buttons.flat().find(({ copyText = "" }) => CODE.test(copyText))?.copyText;

/** The next message of the bot. Fails with a `KioskProblem` where none comes. */
const nextFromBot = async (sandbox: SandboxApi, personId: number, after: number): Promise<Message> => {
  let last = after;
  for (let wait = 0; wait < WAITS_MAX; wait += 1) {
    const messages = await sandbox.messages(personId, last, WAIT_MS);
    const said = messages.find(({ from }) => from === "bot");
    if (said !== undefined) return said;
    last = messages.at(-1)?.messageId ?? last;
  }
  throw new KioskProblem(0, null);
};

/** The code that the bot brings, and the phone's number shared where it asks for that first. */
const readCode = async (sandbox: SandboxApi, personId: number, after: number): Promise<string> => {
  let hasShared = false;
  let last = after;
  for (let heard = 0; heard < WAITS_MAX; heard += 1) {
    const said = await nextFromBot(sandbox, personId, last);
    const code = codeIn(said);
    if (code !== undefined) return code;
    last = said.messageId;
    if (!hasShared) await sandbox.shareContact(personId);
    hasShared = true;
  }
  throw new KioskProblem(0, null);
};

/**
 * Signs a person in by the way that everybody goes: a code is asked for, the link to the bot is opened on the phone, the own number is
 * shared where the bot asks for it, and the code is read in the chat. Fails with a `KioskProblem`.
 */
export const signInAs = async (
  sandbox: SandboxApi,
  shop: KioskClient,
  { id, phone }: Person,
): Promise<void> => {
  const after = (await sandbox.messages(id)).at(-1)?.messageId ?? 0;
  const begun = await ok(shop.api.POST("/v1/auth/otp/request", { body: { phone } }));
  await sandbox.start(id, new URL(begun.deepLink).searchParams.get("start") ?? "");
  const code = await readCode(sandbox, id, after);
  const { challengeId, challengeSecret } = begun;
  const body = { challengeId, challengeSecret, code };
  shop.keep((await ok(shop.api.POST("/v1/auth/otp/verify", { body }))) as SignedIn);
};
