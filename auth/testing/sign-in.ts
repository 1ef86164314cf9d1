import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { Answer, AuthHarness } from "./auth-harness.ts";

/** The steps of a sign-in, as a browser and a person in Telegram take them. */
export const stepsOf = ({ call, internal, notify }: AuthHarness) => {
  const request = (body: unknown, headers: Record<string, string> = {}) =>
    call("POST", "/v1/auth/otp/request", { body, headers });
  const open = (asked: Answer, account: TelegramAccount) =>
    internal("POST", "/internal/telegram/links", {
      nonce: new URL(asked.body.deepLink).searchParams.get("start")?.slice(2),
      account,
    });
  const shareContact = (account: TelegramAccount, phone: string) =>
    internal("POST", "/internal/telegram/contacts", { phone, account });
  const codesFor = (asked: Answer) =>
    notify.delivered.filter(({ challengeId }) => challengeId === asked.body.challengeId);
  /** The n-th code (from 1) that came for the challenge. */
  const codeFor = async (asked: Answer, n = 1): Promise<string> =>
    (await waitFor(() => codesFor(asked)[n - 1], { what: `code ${n} of the challenge` })).code;
  /** The newest code for the challenge in one chat. */
  const codeInChat = async (asked: Answer, { id }: TelegramAccount): Promise<string> => {
    const newest = () => codesFor(asked).findLast(({ chatId }) => chatId === id);
    return (await waitFor(newest, { what: "a code in the chat" })).code;
  };
  const verify = (asked: Answer, code: string, headers: Record<string, string> = {}) =>
    call("POST", "/v1/auth/otp/verify", {
      body: {
        challengeId: asked.body.challengeId,
        challengeSecret: asked.body.challengeSecret,
        code,
      },
      headers,
    });
  const signUp = async (account: TelegramAccount, phone: string): Promise<Answer> => {
    const asked = await request({ phone });
    await open(asked, account);
    await shareContact(account, phone);
    return verify(asked, await codeInChat(asked, account));
  };
  const signIn = async (phone: string): Promise<Answer> => {
    const asked = await request({ phone });
    return verify(asked, await codeFor(asked));
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const requestStepUp = (token: string, action?: string) =>
    request({ purpose: "step-up", ...(action === undefined ? {} : { action }) }, bearer(token));
  /** The answer to the right code of a step-up: its access token is good for risky calls. */
  const stepUp = async (token: string, action?: string): Promise<Answer> => {
    const asked = await requestStepUp(token, action);
    return verify(asked, await codeFor(asked), bearer(token));
  };
  /** Signs an admin up, with a fresh code for everything. */
  const signUpProved = async (account: TelegramAccount, phone: string): Promise<Answer> => {
    const signedUp = await signUp(account, phone);
    const { accessToken } = (await stepUp(signedUp.body.accessToken)).body;
    return { ...signedUp, body: { ...signedUp.body, accessToken } };
  };
  return {
    ...{ request, open, shareContact, codesFor, codeFor, codeInChat, verify, signUp, signIn },
    ...{ bearer, requestStepUp, stepUp, signUpProved },
  };
};

/** A well-formed code that is not this one. */
export const otherThan = (code: string): string =>
  String((Number(code) + 1) % 10 ** code.length).padStart(code.length, "0");
