import type { PublishedKey } from "../../shared/contracts/tokens.ts";
import type { KeyRecord } from "../domain/key-schedule.ts";
import type { AuditLog } from "./ports.ts";

/** A key as it is stored: the public half in the clear, the private one sealed until it is needed no more. */
export interface StoredKey extends KeyRecord {
  readonly x: string;
  readonly sealed: string | null;
}

export interface NewKey {
  readonly kid: string;
  readonly x: string;
  readonly sealed: string;
  readonly signsFrom: Date;
  readonly createdAt: Date;
  readonly tokenLifeSeconds: number;
}

export interface KeyStore {
  /** Lets one transaction at a time decide about the keys. */
  lock(): Promise<void>;
  /** The newest, and that is all there are for years. */
  list(): Promise<StoredKey[]>;
  /** False where there is such a key already. */
  insert(key: NewKey): Promise<boolean>;
  seal(kid: string, sealed: string): Promise<void>;
  forgetPrivateHalf(kid: string): Promise<void>;
  lengthen(kid: string, tokenLifeSeconds: number): Promise<void>;
  wantSuccessor(kid: string, now: Date): Promise<void>;
  /** Drops a key and its private half. */
  revoke(kid: string, now: Date): Promise<void>;
}

export interface KeyStores {
  readonly keys: KeyStore;
  readonly audit: Pick<AuditLog, "append">;
}

/** Runs work in one transaction; it may be run again, so it has no effect elsewhere. */
export type TransactKeys = <T>(work: (stores: KeyStores) => Promise<T>) => Promise<T>;

/** A key that can sign, as a use case sees it. */
export interface SigningKeyLike {
  readonly kid: string;
  readonly publicJwk: PublishedKey;
}

/** Makes keys and keeps their private halves from everybody who only has the database. */
export interface KeyChest<Key extends SigningKeyLike> {
  readonly configured: Key;
  make(): Key;
  seal(key: Key): string;
  /** Null where it was sealed with another secret. */
  open(key: Pick<StoredKey, "kid" | "sealed">): Key | null;
}
