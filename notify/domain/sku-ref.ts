import { createHash } from "node:crypto";
import { isSku } from "./back-in-stock.ts";

// How a button names a SKU. Its data have 64 bytes, which a SKU may fill alone: a long one is named by its end and a hash of it all.

/** Bytes that a SKU may take in a button: beside it stand letters, an argument and a version, with colons between them. */
export const SKU_REF_MAX = 40;
/** Begins a name that is not the SKU itself; a SKU that begins so is named by its hash, too. */
const HASHED = "~";
/** Of 64 values each: 60 bits, so that two SKUs of a shop with the same end never have the same name. */
const HASH_LENGTH = 10;
const END_LENGTH = SKU_REF_MAX - HASHED.length - HASH_LENGTH;

const hashOf = (sku: string): string =>
  createHash("sha256").update(sku).digest("base64url").slice(0, HASH_LENGTH);

/** The name of a SKU in a button: the SKU itself where it is short, else one that `endOfSkuRef` helps to find it by. ASCII. */
export const skuRefOf = (sku: string): string =>
  sku.length <= SKU_REF_MAX && !sku.startsWith(HASHED)
    ? sku
    : `${HASHED}${hashOf(sku)}${sku.slice(-END_LENGTH)}`;

/** True for what may be the name of a SKU. */
export const isSkuRef = (text: string): boolean => text.length <= SKU_REF_MAX && isSku(text);

/** What the SKU ends with, where the name is not the SKU itself: of those that do, it is the one with this name. Null where the name is the SKU. */
export const endOfSkuRef = (ref: string): string | null =>
  ref.startsWith(HASHED) ? ref.slice(HASHED.length + HASH_LENGTH) : null;
