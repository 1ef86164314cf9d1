import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Challenge } from "../domain/challenge.ts";
import { normalizePhone } from "../domain/phone.ts";
import { newUser, type User, withoutPhone, withPhone, withStanding } from "../domain/user.ts";
import type { AuditEntry, AuthEvent, Stores, Transact, TransactionStores } from "./ports.ts";
import type { SendCode } from "./send-code.ts";

export interface BindContactDeps {
  readonly stores: Pick<Stores, "users" | "challenges" | "audit">;
  readonly transact: Transact;
  readonly sendCode: SendCode;
  readonly clock: Clock;
  readonly newId: NewId;
  /** E.164; their owners are admins. */
  readonly adminPhones: readonly string[];
}

export type BindContactOutcome =
  | "code-sent"
  | "bound"
  | "other-phone"
  | "nothing-pending"
  | "invalid-phone"
  | "blocked"
  | "try-later";

interface Binding {
  readonly account: TelegramAccount;
  readonly phone: string;
  readonly now: Date;
}

/** The phone belongs to who proved it last. The account that had it loses the phone and nothing else. */
const releasePhone = async (stores: TransactionStores, { account, phone, now }: Binding): Promise<void> => {
  const found = await stores.users.findByPhone(phone);
  if (found === null || found.telegramUserId === account.id) return;
  const holder = await stores.users.lock(found.id);
  if (holder === null || holder.phone !== phone) return;
  const released = withoutPhone(holder, now);
  await stores.users.update(released);
  await stores.events.append([{ type: "user.updated", user: released, at: now }]);
  await stores.audit.append([{ kind: "phone-released", at: now, userId: holder.id }]);
};

const saveBound = async (
  stores: TransactionStores,
  before: User | null,
  user: User,
  now: Date,
): Promise<void> => {
  if (user === before) return;
  const type: AuthEvent["type"] = before === null ? "user.created" : "user.updated";
  const kind: AuditEntry["kind"] = before === null ? "user-created" : "phone-bound";
  await (before === null ? stores.users.insert(user) : stores.users.update(user));
  await stores.events.append([{ type, user, at: now }]);
  await stores.audit.append([{ kind, at: now, userId: user.id, telegramUserId: user.telegramUserId }]);
};

/** Makes or finds the account of the Telegram account and gives it the phone; null when it is blocked. */
const bind = async (
  { adminPhones, newId }: BindContactDeps,
  stores: TransactionStores,
  binding: Binding,
): Promise<User | null> => {
  const { account, phone, now } = binding;
  await stores.users.lockIdentity(account.id, phone);
  const known = await stores.users.findByTelegramId(account.id);
  const before = known === null ? null : await stores.users.lock(known.id);
  if (before?.status === "blocked") return null;
  await releasePhone(stores, binding);
  const bound =
    before === null ? newUser({ id: newId(), account, phone, now }) : withPhone(before, phone, now);
  const user = adminPhones.includes(phone) ? withStanding(bound, { role: "admin" }, now) : bound;
  await saveBound(stores, before, user, now);
  return user;
};

const refuseOtherPhone = async (
  { stores, clock }: BindContactDeps,
  challenge: Challenge,
  account: TelegramAccount,
): Promise<{ outcome: BindContactOutcome }> => {
  await stores.audit.append([
    {
      kind: "contact-refused",
      at: clock.now(),
      challengeId: challenge.id,
      telegramUserId: account.id,
      detail: "other-phone",
    },
  ]);
  return { outcome: "other-phone" };
};

/**
 * A person shared their own contact. It counts only for a sign-in that this very Telegram account has opened; then the
 * phone is theirs from now on, and a code goes to their chat.
 */
export const bindContact =
  (deps: BindContactDeps) =>
  async (input: { phone: string; account: TelegramAccount }): Promise<{ outcome: BindContactOutcome }> => {
    const { account } = input;
    const phone = normalizePhone(input.phone);
    if (phone === null) return { outcome: "invalid-phone" };
    const now = deps.clock.now();
    const challenge = await deps.stores.challenges.newestOpenedBy(account.id, now);
    if (challenge === null) {
      const user = await deps.stores.users.findByTelegramId(account.id);
      return { outcome: user?.phone === phone ? "bound" : "nothing-pending" };
    }
    if (challenge.phone !== null && challenge.phone !== phone)
      return refuseOtherPhone(deps, challenge, account);
    const user = await deps.transact((stores) => bind(deps, stores, { account, phone, now }));
    if (user === null) return { outcome: "blocked" };
    const sent = await deps.sendCode({ challenge, user, chatId: account.id });
    return { outcome: sent === "sent" ? "code-sent" : "try-later" };
  };
