import { describe, expect, test } from "bun:test";
import { returnAddress } from "./return-address.ts";

const places = { own: "https://shop.example", allowed: ["https://app.example", "*"] };

describe("auth-17: a sign-in leads back", () => {
  test.each([
    ["/", "https://shop.example/"],
    ["/cart?step=2", "https://shop.example/cart?step=2"],
    ["https://shop.example/a", "https://shop.example/a"],
    ["https://app.example/a?b=c", "https://app.example/a?b=c"],
    // Absolute in the answer, so that no browser takes it for another host.
    ["/..//evil.example", "https://shop.example//evil.example"],
  ])("to %s", (given, address) => {
    expect(returnAddress(given, places)).toBe(address);
  });

  test.each([
    "",
    "cart",
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    " https://app.example/",
    "https://evil.example/",
    "https://app.example.evil.example/",
    "https://app.example@evil.example/",
    "https://somebody@app.example/",
    "https://app.example:444/",
    "http://app.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/cart#signInCode=x",
    "/ümlaut",
    `/${"x".repeat(512)}`,
  ])("never to %p", (given) => {
    expect(returnAddress(given, places)).toBeNull();
  });
});
