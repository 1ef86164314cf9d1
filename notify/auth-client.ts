import { userSnapshotSchema } from "../shared/contracts/events.ts";
import {
  type BindContactRequest,
  bindContactAnswerSchema,
  type DenyChallengeRequest,
  type DenySessionRequest,
  denyChallengeAnswerSchema,
  type OpenLinkRequest,
  openLinkAnswerSchema,
  type RefusedContact,
  refusedContactAnswerSchema,
} from "../shared/contracts/internal-api.ts";
import { isKioskError } from "../shared/kernel/errors.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { AuthService } from "./usecases/ports.ts";

/** Sign-in links and contacts make auth call back to deliver a code, which may wait for Telegram, so they get longer than an ordinary call. */
const SIGN_IN_DEADLINE_MS = 28_000;

/** auth over its internal routes. A link or a contact is never repeated by itself: each may send a code. */
export const createAuthClient = (client: ServiceClient): AuthService => ({
  async openLink(nonce, account) {
    const { data } = await client.call({
      method: "POST",
      path: "/internal/telegram/links",
      body: { nonce, account } satisfies OpenLinkRequest,
      answers: { 200: openLinkAnswerSchema },
      deadlineMs: SIGN_IN_DEADLINE_MS,
    });
    return data.outcome;
  },
  async bindContact(phone, account) {
    const { data } = await client.call({
      method: "POST",
      path: "/internal/telegram/contacts",
      body: { phone, account } satisfies BindContactRequest,
      answers: { 200: bindContactAnswerSchema },
      deadlineMs: SIGN_IN_DEADLINE_MS,
    });
    return data.outcome;
  },
  async recordRefusedContact(refused) {
    await client.call({
      method: "POST",
      path: "/internal/telegram/refused-contacts",
      body: refused satisfies RefusedContact,
      answers: { 200: refusedContactAnswerSchema },
    });
  },
  async denyChallenge(challengeId, telegramUserId) {
    const { data } = await client.call({
      method: "POST",
      path: `/internal/challenges/${challengeId}/deny`,
      body: { telegramUserId } satisfies DenyChallengeRequest,
      answers: { 200: denyChallengeAnswerSchema },
      idempotent: true,
    });
    return data.outcome;
  },
  async denySession(sessionId, telegramUserId) {
    const { data } = await client.call({
      method: "POST",
      path: `/internal/sessions/${sessionId}/deny`,
      body: { telegramUserId } satisfies DenySessionRequest,
      answers: { 200: denyChallengeAnswerSchema },
      idempotent: true,
    });
    return data.outcome;
  },
  async findUser(userId) {
    try {
      const { data } = await client.call({
        method: "GET",
        path: `/internal/users/${userId}`,
        answers: { 200: userSnapshotSchema },
      });
      return data;
    } catch (error) {
      if (isKioskError(error, "NOT_FOUND")) return null;
      throw error;
    }
  },
});
