import { expect, test } from "bun:test";
import { checkedInContracts, contractFiles } from "./contracts.ts";

const sorted = (files: Map<string, string>) => Object.fromEntries([...files].sort());

test("docs/contracts holds the contract of every event and no other; if not: bun run contracts", async () => {
  expect(sorted(await checkedInContracts())).toEqual(sorted(contractFiles()));
});
