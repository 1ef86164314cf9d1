export type UserRole = "customer" | "staff" | "admin";
export type UserStatus = "active" | "blocked";

/** A person who can sign in. The Telegram account is the identity; the phone is a proved attribute that can move. */
export interface User {
  readonly id: string;
  /** Rises by one with every change that others may know of. */
  readonly version: number;
  /** E.164. */
  readonly phone: string | null;
  readonly telegramUserId: number | null;
  readonly name: string;
  readonly username: string | null;
  readonly email: string | null;
  /** BCP 47. */
  readonly language: string;
  /** IANA name. */
  readonly timezone: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** When the phone was proved by somebody else and went over to them. */
  readonly phoneReleasedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the account was erased. What remains is the id and the version, so that nobody brings it back. */
  readonly deletedAt: Date | null;
}

/** What a person may change about themselves. A missing field stays as it is. */
export interface ProfileChange {
  readonly username?: string | null;
  readonly email?: string | null;
  readonly name?: string;
  readonly language?: string;
  readonly timezone?: string;
}

/** What an admin may change about somebody. */
export interface StandingChange {
  readonly role?: UserRole;
  readonly status?: UserStatus;
}

/** A Telegram account as far as it says something about the person. */
export interface AccountOwner {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string | null;
  readonly languageCode: string | null;
}

const NAME_MAX = 200;
const DEFAULT_LANGUAGE = "en";
const DEFAULT_TIMEZONE = "UTC";
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const rank: Record<UserRole, number> = { customer: 1, staff: 2, admin: 3 };

const isSame = <T extends object>(before: T, change: Partial<T>): boolean =>
  (Object.keys(change) as (keyof T)[]).every((field) => before[field] === change[field]);

/** The user with the change in it and a new version; the very same object when nothing is different. */
const changed = (user: User, change: Partial<User>, now: Date): User =>
  isSame(user, change) ? user : { ...user, ...change, version: user.version + 1, updatedAt: now };

/** A name of Telegram as we keep it: one line, without halves of characters, which no database takes. */
const nameOf = ({ firstName, lastName }: Pick<AccountOwner, "firstName" | "lastName">): string => {
  const line = `${firstName} ${lastName ?? ""}`.replace(/\p{Cc}/gu, " ").replace(/\s+/g, " ");
  return (
    line
      .trim()
      .slice(0, NAME_MAX)
      .replace(/\p{Cs}/gu, "")
      .trim() || "Customer"
  );
};

/**
 * A person whose Telegram account we did not know, with the phone that it has just proved, if any. The account's id is null
 * for who comes by another provider.
 */
export const newUser = (input: {
  readonly id: string;
  readonly account: Omit<AccountOwner, "id"> & { readonly id: number | null };
  readonly phone: string | null;
  readonly now: Date;
}): User => {
  const { account, now } = input;
  const language = account.languageCode ?? DEFAULT_LANGUAGE;
  return {
    id: input.id,
    version: 1,
    phone: input.phone,
    telegramUserId: account.id,
    name: nameOf(account),
    username: null,
    email: null,
    language: LANGUAGE.test(language) ? language : DEFAULT_LANGUAGE,
    timezone: DEFAULT_TIMEZONE,
    role: "customer",
    status: "active",
    phoneReleasedAt: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
};

/** The person has proved this phone. */
export const withPhone = (user: User, phone: string, now: Date): User =>
  user.phone === phone ? user : changed(user, { phone, phoneReleasedAt: null }, now);

/** Somebody else has proved this person's phone: it goes, the account and all that hangs on it stays. */
export const withoutPhone = (user: User, now: Date): User =>
  changed(user, { phone: null, phoneReleasedAt: now }, now);

/** The account without anything that tells of the person. */
export const erased = (user: User, now: Date): User =>
  changed(
    user,
    {
      phone: null,
      telegramUserId: null,
      name: "",
      username: null,
      email: null,
      language: DEFAULT_LANGUAGE,
      timezone: DEFAULT_TIMEZONE,
      role: "customer",
      deletedAt: now,
    },
    now,
  );

export const withProfile = (user: User, change: ProfileChange, now: Date): User => changed(user, change, now);

export const withStanding = (user: User, change: StandingChange, now: Date): User =>
  changed(user, change, now);

/** True when access tokens given out under `before` say too much about `after`. */
export const losesRights = (before: User, after: User): boolean =>
  rank[after.role] < rank[before.role] || (after.status === "blocked" && before.status === "active");

/** True for who may do what only admins may, as things are now. */
export const isActiveAdmin = (user: User | null): boolean =>
  user !== null && user.role === "admin" && user.status === "active" && user.deletedAt === null;
