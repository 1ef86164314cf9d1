/** A field as it is copied. Texts, numbers and truths alone, so that two copies can be compared. */
export type CopiedValue = string | number | boolean | null;
export type CopiedFields = Readonly<Record<string, CopiedValue>>;

/** One thing of the owner as a replica keeps it: its key, the owner's version, and the fields that are copied. */
export interface Copy<Fields extends CopiedFields = CopiedFields> {
  /** Ordered by its characters, as `<` does it: ids in small letters, SKUs. */
  readonly key: string;
  readonly version: number;
  readonly fields: Fields;
}

/** A row of the replica. */
export interface KeptCopy extends Copy {
  /** Changes with every write of the row: who has seen it may say later "if it is still the same". */
  readonly mark: string;
}

/**
 * `missing`, `behind`: the replica has not heard of it yet. The others no news can bring about: `ahead` of the owner,
 * `different` fields in the same version, a `stranger` whom the owner does not have.
 */
export type DifferenceKind = "missing" | "behind" | "ahead" | "different" | "stranger";

/** One key of which replica and owner say different things. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly key: string;
  readonly kept: KeptCopy | null;
  readonly owned: Copy | null;
}

/** The names of the fields in which two copies differ. */
export const fieldsThatDiffer = (kept: Copy, owned: Copy): string[] =>
  [...new Set([...Object.keys(kept.fields), ...Object.keys(owned.fields)])].filter(
    (name) => kept.fields[name] !== owned.fields[name],
  );

const kindOf = (kept: KeptCopy | undefined, owned: Copy | undefined): DifferenceKind | null => {
  if (kept === undefined) return "missing";
  if (owned === undefined) return "stranger";
  if (kept.version < owned.version) return "behind";
  if (kept.version > owned.version) return "ahead";
  return fieldsThatDiffer(kept, owned).length > 0 ? "different" : null;
};

/** True for a row that no news will put right: it has to be replaced, or to go. */
export const isWrong = ({ kind }: Difference): boolean => kind !== "missing" && kind !== "behind";

/** All differences of one stretch of keys, by key. */
export const differencesOf = (kept: readonly KeptCopy[], owned: readonly Copy[]): Difference[] => {
  const keptByKey = new Map(kept.map((copy) => [copy.key, copy]));
  const ownedByKey = new Map(owned.map((copy) => [copy.key, copy]));
  return [...new Set([...keptByKey.keys(), ...ownedByKey.keys()])].sort().flatMap((key) => {
    const [ours, theirs] = [keptByKey.get(key), ownedByKey.get(key)];
    const kind = kindOf(ours, theirs);
    return kind === null ? [] : [{ kind, key, kept: ours ?? null, owned: theirs ?? null }];
  });
};

/**
 * Whether a difference is still the one that was seen before. A row that was behind and has reached the version that the
 * owner had then was only waiting for its news, also when the owner has moved on since.
 */
export const persists = (before: Difference, now: Difference | undefined): boolean => {
  if (now === undefined) return false;
  if (isWrong(now)) return true;
  return (now.kept?.version ?? 0) < (before.owned?.version ?? Number.POSITIVE_INFINITY);
};

/** By key, so that two writers never wait for each other in a circle. */
export const inOrder = <Item extends { readonly key: string }>(items: readonly Item[]): Item[] =>
  [...items].sort((a, b) => (a.key < b.key ? -1 : 1));
