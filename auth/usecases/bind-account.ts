import type { NewId } from "../../shared/kernel/ids.ts";
import {
  type AccountOwner,
  newUser,
  type User,
  withoutPhone,
  withPhone,
  withStanding,
} from "../domain/user.ts";
import type { AuditEntry, AuthEvent, TransactionStores } from "./ports.ts";

export interface BindAccountDeps {
  readonly newId: NewId;
  /** E.164; their owners are admins. */
  readonly adminPhones: readonly string[];
}

export interface Binding {
  readonly account: AccountOwner;
  /** The phone that the account has just proved, E.164; null where it proved none. */
  readonly phone: string | null;
  readonly now: Date;
}

/**
 * The phone belongs to who proved it last. The account that had it loses the phone and nothing else, its sessions stay, and its
 * owner is told in the chat.
 */
const releasePhone = async (
  stores: TransactionStores,
  { account, phone, now }: Binding & { readonly phone: string },
): Promise<void> => {
  const found = await stores.users.findByPhone(phone);
  if (found === null || found.telegramUserId === account.id) return;
  const holder = await stores.users.lock(found.id);
  if (holder === null || holder.phone !== phone) return;
  const released = withoutPhone(holder, now);
  await stores.users.update(released);
  await stores.events.append([
    { type: "user.updated", user: released, at: now },
    { type: "user.phone-released", user: released, at: now },
  ]);
  await stores.audit.append([
    { kind: "phone-released", at: now, userId: holder.id, telegramUserId: holder.telegramUserId },
  ]);
};

/** What a binding changed, for the record: whoever gets a phone of `ADMIN_PHONES` gets the rights with it. */
const auditOf = (before: User | null, user: User, at: Date): AuditEntry[] => {
  const who = { at, userId: user.id, telegramUserId: user.telegramUserId };
  const roleBefore = before?.role ?? "customer";
  const entries: AuditEntry[] = [];
  if (before === null) entries.push({ kind: "user-created", ...who });
  if (user.phone !== null && user.phone !== before?.phone) entries.push({ kind: "phone-bound", ...who });
  if (user.role !== roleBefore)
    entries.push({ kind: "role-changed", ...who, detail: `${roleBefore} → ${user.role} (ADMIN_PHONES)` });
  return entries;
};

/** Stores a user who was made or changed, and says so. */
export const saveBound = async (
  stores: Pick<TransactionStores, "users" | "events" | "audit">,
  before: User | null,
  user: User,
  now: Date,
): Promise<void> => {
  if (user === before) return;
  const type: AuthEvent["type"] = before === null ? "user.created" : "user.updated";
  await (before === null ? stores.users.insert(user) : stores.users.update(user));
  await stores.events.append([{ type, user, at: now }]);
  await stores.audit.append(auditOf(before, user, now));
};

const withProvedPhone = (bound: User, { phone, now }: Binding, { adminPhones }: BindAccountDeps): User => {
  if (phone === null) return bound;
  const user = withPhone(bound, phone, now);
  return adminPhones.includes(phone) ? withStanding(user, { role: "admin" }, now) : user;
};

/**
 * Makes or finds the account of a Telegram account and gives it the phone, if it proved one; null when it is blocked. A part
 * of the caller's transaction.
 */
export const bindAccount = async (
  deps: BindAccountDeps,
  stores: TransactionStores,
  binding: Binding,
): Promise<User | null> => {
  const { account, phone, now } = binding;
  await stores.users.lockIdentity(account.id, phone);
  const known = await stores.users.findByTelegramId(account.id);
  const before = known === null ? null : await stores.users.lock(known.id);
  if (before?.status === "blocked") return null;
  if (phone !== null) await releasePhone(stores, { ...binding, phone });
  const bound = before ?? newUser({ id: deps.newId(), account, phone, now });
  const user = withProvedPhone(bound, binding, deps);
  await saveBound(stores, before, user, now);
  return user;
};
