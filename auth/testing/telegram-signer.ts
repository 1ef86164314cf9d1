import { createHmac } from "node:crypto";

type Fields = Readonly<Record<string, string | number>>;

/** Telegram's way to sign fields, written down a second time so that a fault of ours does not agree with itself. */
export const hashOf = (fields: Fields, key: Buffer): string => {
  const lines = Object.keys(fields)
    .filter((name) => name !== "hash")
    .sort()
    .map((name) => `${name}=${fields[name]}`);
  return createHmac("sha256", key).update(lines.join("\n")).digest("hex");
};

const queryOf = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");

/** Init data with these fields, signed with the key. */
export const signInitData = (fields: Fields, key: Buffer): string =>
  `${queryOf(fields)}&hash=${hashOf(fields, key)}`;

/** Fields of the login widget, signed with the key. */
export const signWidget = <Given extends Fields>(fields: Given, key: Buffer): Given & { hash: string } => ({
  ...fields,
  hash: hashOf(fields, key),
});
