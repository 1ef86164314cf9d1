/** What is stored of a signing key besides its halves. It is never deleted: a key that is over must not come back. */
export interface KeyRecord {
  /** RFC 7638 thumbprint of the public half. */
  readonly kid: string;
  /** From then on tokens are signed with it; it is published from its creation. */
  readonly signsFrom: Date;
  readonly createdAt: Date;
  /** Dropped before its time: none of its tokens counts any more. */
  readonly revokedAt: Date | null;
  /** Somebody wants another key to follow. */
  readonly successorWantedAt: Date | null;
  /** The longest that a token lived which it may have signed, in seconds. */
  readonly tokenLifeSeconds: number;
  /** Whether the private half is still stored. */
  readonly hasPrivateHalf: boolean;
}

/**
 * A new key is published for so long before it signs: an outsider's library keeps keys for 10 minutes (jose's default) and gets
 * them through an HTTP cache of 5 (`KEYS_MAX_AGE_SECONDS`); the rest is for clocks and slow instances. Our own services know it
 * within seconds.
 */
export const KEY_LEAD_MS = 20 * 60_000;
/** Instances notice within a second that another key signs; this much later the old one may have signed its last token. */
const HANDOVER_MARGIN_MS = 2 * 60_000;
/** Clocks of instances may differ by so much: a key that was made to sign at once does so for all of them. */
const CLOCK_TOLERANCE_MS = 30_000;

/** `upcoming`: published, does not sign yet. `leaving`: signs no more, its last tokens still count. */
export type KeyStanding = "upcoming" | "signing" | "leaving" | "gone" | "revoked";

export interface ScheduledKey {
  readonly kid: string;
  readonly standing: KeyStanding;
  readonly signsFrom: Date;
  /** When another takes over; null while none is to. */
  readonly signsUntil: Date | null;
  /** When its last token has ended; null while it is not known. */
  readonly goesAt: Date | null;
}

const inOrder = <Key extends KeyRecord>(keys: readonly Key[]): Key[] =>
  keys.toSorted(
    (a, b) =>
      a.signsFrom.getTime() - b.signsFrom.getTime() ||
      a.createdAt.getTime() - b.createdAt.getTime() ||
      a.kid.localeCompare(b.kid),
  );

/** Dropped before its turn came: it never signed and took over from nobody. */
const neverSigned = ({ revokedAt, signsFrom }: KeyRecord): boolean =>
  revokedAt !== null && revokedAt < signsFrom;

const isUpcoming = ({ revokedAt, signsFrom }: KeyRecord, now: Date): boolean =>
  revokedAt === null && signsFrom > now;

/**
 * The key that signs now; null where the last one was dropped, or there has been none. One that was made to sign at once by an
 * instance whose clock goes ahead counts where there is no other.
 */
export const signingKeyAt = <Key extends KeyRecord>(keys: readonly Key[], now: Date): Key | null => {
  const ordered = inOrder(keys.filter((key) => !neverSigned(key)));
  const latest = ordered.findLast(({ signsFrom }) => signsFrom <= now);
  if (latest !== undefined && latest.revokedAt === null) return latest;
  const soon = new Date(now.getTime() + CLOCK_TOLERANCE_MS);
  return ordered.find((key) => isUpcoming(key, now) && key.signsFrom <= soon) ?? null;
};

const scheduleOf = (
  key: KeyRecord,
  successor: KeyRecord | undefined,
  signing: KeyRecord | null,
  now: Date,
) => {
  const signsUntil = successor?.signsFrom ?? null;
  const goesAt =
    signsUntil === null
      ? null
      : new Date(signsUntil.getTime() + key.tokenLifeSeconds * 1000 + HANDOVER_MARGIN_MS);
  const standing = (): KeyStanding => {
    if (key.revokedAt !== null) return "revoked";
    if (key.kid === signing?.kid) return "signing";
    if (key.signsFrom > now) return "upcoming";
    return goesAt === null || now < goesAt ? "leaving" : "gone";
  };
  return {
    kid: key.kid,
    standing: standing(),
    signsFrom: key.signsFrom,
    signsUntil: key.revokedAt ?? signsUntil,
    goesAt: key.revokedAt ?? goesAt,
  };
};

/** What each key does, the oldest first. */
export const keySchedule = (keys: readonly KeyRecord[], now: Date): ScheduledKey[] => {
  const signing = signingKeyAt(keys, now);
  const ordered = inOrder(keys);
  return ordered.map((key, i) =>
    scheduleOf(
      key,
      ordered.slice(i + 1).find((later) => !neverSigned(later)),
      signing,
      now,
    ),
  );
};

/** The ids of the keys by which tokens may be verified, the oldest first; the newest of them where they are too many. */
export const publishedKids = (keys: readonly KeyRecord[], now: Date, max: number): string[] =>
  keySchedule(keys, now)
    .filter(({ standing }) => standing !== "gone" && standing !== "revoked")
    .map(({ kid }) => kid)
    .slice(-max);

/** What has to be done about the keys. */
export type KeyChange =
  | { readonly change: "add"; readonly key: "configured" | "new"; readonly signsFrom: Date }
  /** The secret that seals private halves was replaced, and this one is known from the configuration. */
  | { readonly change: "seal-again"; readonly kid: string }
  /** Longer tokens are signed from now on. */
  | { readonly change: "lengthen"; readonly kid: string; readonly tokenLifeSeconds: number }
  /** It signs no more: its private half is of use to thieves only. */
  | { readonly change: "forget-private-half"; readonly kid: string };

export interface KeyFacts {
  readonly now: Date;
  /** The key of the configuration. */
  readonly configuredKid: string;
  /** The longest life of a token that is signed now, in seconds. */
  readonly tokenLifeSeconds: number;
  /** Whether the stored private half can be read here. */
  readonly canOpen: (kid: string) => boolean;
}

const addition = (keys: readonly KeyRecord[], facts: KeyFacts): KeyChange[] => {
  const { now, configuredKid, canOpen } = facts;
  const later = new Date(now.getTime() + KEY_LEAD_MS);
  const signing = signingKeyAt(keys, now);
  // A key that was put into the configuration follows, unless there is nothing to sign with.
  if (!keys.some(({ kid }) => kid === configuredKid)) {
    const atOnce = signing === null || !canOpen(signing.kid);
    return [{ change: "add", key: "configured", signsFrom: atOnce ? now : later }];
  }
  if (signing === null) return [{ change: "add", key: "new", signsFrom: now }];
  const isWanted = signing.successorWantedAt !== null && !keys.some((key) => isUpcoming(key, now));
  return isWanted ? [{ change: "add", key: "new", signsFrom: later }] : [];
};

const upkeep = (keys: readonly KeyRecord[], facts: KeyFacts): KeyChange[] => {
  const { now, configuredKid, tokenLifeSeconds, canOpen } = facts;
  const signing = signingKeyAt(keys, now);
  const over = keySchedule(keys, now).filter(
    ({ signsUntil }) => signsUntil !== null && signsUntil.getTime() + HANDOVER_MARGIN_MS < now.getTime(),
  );
  const isOver = (kid: string) => over.some((key) => key.kid === kid);
  return [
    ...keys
      .filter(({ kid, hasPrivateHalf, revokedAt }) => hasPrivateHalf && (revokedAt !== null || isOver(kid)))
      .map(({ kid }): KeyChange => ({ change: "forget-private-half", kid })),
    ...(signing !== null && signing.kid === configuredKid && !canOpen(signing.kid)
      ? [{ change: "seal-again", kid: signing.kid } as const]
      : []),
    ...(signing !== null && signing.tokenLifeSeconds < tokenLifeSeconds
      ? [{ change: "lengthen", kid: signing.kid, tokenLifeSeconds } as const]
      : []),
  ];
};

/**
 * Decides what has to be done about the keys now. A new key is published for `KEY_LEAD_MS` before it signs; only where there is
 * nothing to sign with, since the last key was dropped, one signs at once.
 */
export const decideKeys = (keys: readonly KeyRecord[], facts: KeyFacts): KeyChange[] => [
  ...addition(keys, facts),
  ...upkeep(keys, facts),
];
