import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  CODE_LIFE_MS,
  CODE_PAUSE_MS,
  CODE_TRIES_MAX,
  codeMailed,
  codeTyped,
  isConfirmed,
  isMailbox,
  type MailAddress,
} from "./mail-address.ts";

const start = new Date("2026-01-01T12:00:00.000Z");
const after = (ms: number) => new Date(start.getTime() + ms);
const code = { userId: "u", addressKey: "a", userVersion: 1, codeKey: "right" };
const typed = (known: MailAddress, key: string, now: Date) =>
  codeTyped(known, { matches: (codeKey) => codeKey === key }, now);

test("one mailbox is none of several, and no header", () => {
  expect(["ada@x.example", "a.b+c@x.example"].every(isMailbox)).toBe(true);
  const others = ["a@x.example,b@x.example", "a@x.example;b@x.example", "<a@x.example>", "a@b@x.example"];
  for (const text of [...others, "a@x.example\r\nBcc: b@x.example", "@x.example", "a@", ""])
    expect([text, isMailbox(text)]).toEqual([text, false]);
});

test("the right code confirms, once, as long as it counts", () => {
  const mailed = codeMailed(null, code, start);
  const { verdict, address } = typed(mailed, "right", after(CODE_LIFE_MS - 1));
  expect([verdict, address.state, isConfirmed(address, "a"), isConfirmed(address, "b")]).toEqual([
    "confirmed",
    "confirmed",
    true,
    false,
  ]);
  expect(typed(address, "right", after(1)).verdict).toBe("wrong");
  expect(typed(mailed, "right", after(CODE_LIFE_MS)).verdict).toBe("wrong");
});

test("codes are a minute apart, and a new one takes the place of the one before", () => {
  const mailed = codeMailed(null, code, start);
  expect(() => codeMailed(mailed, code, after(CODE_PAUSE_MS - 1))).toThrow("mailed just now");
  const again = codeMailed(mailed, { ...code, codeKey: "newer" }, after(CODE_PAUSE_MS));
  expect(typed(again, "right", after(CODE_PAUSE_MS)).verdict).toBe("wrong");
  expect(typed(again, "newer", after(CODE_PAUSE_MS)).verdict).toBe("confirmed");
});

test("whatever is typed, a code is tried five times at most and confirms nothing afterwards", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("right", "wrong"), { maxLength: 12 }), (keys) => {
      let address = codeMailed(null, code, start);
      const verdicts = keys.map((key) => {
        const result = typed(address, key, after(1));
        address = result.address;
        return result.verdict;
      });
      const rightAt = keys.indexOf("right");
      const isInTime = rightAt >= 0 && rightAt < CODE_TRIES_MAX;
      expect(verdicts.includes("confirmed")).toBe(isInTime);
      expect(verdicts.filter((verdict) => verdict === "confirmed").length).toBeLessThanOrEqual(1);
      expect(address.tries).toBeLessThanOrEqual(CODE_TRIES_MAX);
    }),
  );
});
