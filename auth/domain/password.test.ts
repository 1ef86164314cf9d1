import { describe, expect, test } from "bun:test";
import { normalizePassword, passwordFault } from "./password.ts";

const names = { username: "grace", email: "hopper@example.org", shop: "Corner Shop" };
const faultOf = (password: string) => passwordFault(normalizePassword(password), names);

describe("auth: a password that somebody chose", () => {
  test("has 12 to 128 characters, counted as people see them, after NFKC", () => {
    expect(faultOf("tram-oak-17")).toContain("12 to 128");
    expect(faultOf("tram-oak-171")).toBe(null);
    expect(faultOf("correct horse battery staple")).toBe(null);
    expect(faultOf(`${"dg5#Ks!".repeat(18)}xy`)).toBe(null);
    expect(faultOf(`${"dg5#Ks!".repeat(18)}xyz`)).toContain("12 to 128");
    // Twelve ligatures are 24 letters; a surrogate pair is one character.
    expect(normalizePassword("ﬁ")).toBe("fi");
    expect(faultOf("🦊🐻🌲🚲🎈🧭🪁🥨🎻🪴🧶🦉")).toBe(null);
    expect(faultOf("🦊🐻🌲🚲🎈🧭")).toContain("12 to 128");
  });

  test("holds no name of the person or the shop, whatever its case", () => {
    for (const password of [
      "my-GRACE-and-i-1906",
      "x9-hopper-x9-yonder",
      "cornershop-forever-9",
      "the corner shop 1234",
    ])
      expect(faultOf(password)).toContain("must not hold");
  });

  test("may hold what is too short to tell anything", () => {
    expect(passwordFault("tram-oak-lamp-17", { username: "lam", email: "o@example.org", shop: "A" })).toBe(
      null,
    );
  });

  for (const password of [
    "password1234",
    "Password123!",
    "P@ssw0rd2026!",
    "passwordpassword",
    "adminadmin123",
    "Welcome-2026!",
    "letmeinletmein",
    "iloveyou123456",
    "123456789012",
    "210987654321",
    "abcdefghijklm",
    "qwertyuiopasdf",
    "mnbvcxzlkjhgf",
    "aaaaaaaaaaaa",
    "abcabcabcabc",
    "xy9xy9xy9xy9xy",
  ])
    test(`is none of those that are tried first: ${password}`, () => {
      expect(faultOf(password)).toContain("tried first");
    });
});
