import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createClientAddress, isNetwork } from "./client-address.ts";

const said = (text?: string) => new Headers(text === undefined ? {} : { "x-forwarded-for": text });
const behind = createClientAddress(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);

describe("the address of a client", () => {
  test("is the connection's where no proxy is trusted, whatever is said", () => {
    expect(createClientAddress([])(said("6.6.6.6"), "203.0.113.7")).toBe("203.0.113.7");
  });

  test("is what the last trusted proxy saw", () => {
    expect(behind(said("203.0.113.7"), "10.1.2.3")).toBe("203.0.113.7");
    expect(behind(said("203.0.113.7, 10.9.9.9"), "::ffff:127.0.0.1")).toBe("203.0.113.7");
    expect(behind(said("203.0.113.7:5123"), "10.1.2.3")).toBe("203.0.113.7");
    expect(behind(said("[2001:db8::1]:443"), "fd00::2")).toBe("2001:db8::1");
  });

  test("is not what a client says of itself before the proxy's word, nor without a proxy", () => {
    expect(behind(said("6.6.6.6, 203.0.113.7"), "10.1.2.3")).toBe("203.0.113.7");
    expect(behind(said("127.0.0.1"), "203.0.113.7")).toBe("203.0.113.7");
  });

  test("is the proxy's own where it says nothing, or nothing that is an address", () => {
    expect(behind(said(), "10.1.2.3")).toBe("10.1.2.3");
    expect(behind(said("unknown"), "10.1.2.3")).toBe("10.1.2.3");
    expect(behind(said("203.0.113.7, <script>"), "10.1.2.3")).toBe("10.1.2.3");
  });

  test("a stranger's is never changed by any header", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => /^[\x20-\x7e]*$/.test(text)),
        (text) => {
          expect(behind(said(text), "203.0.113.7")).toBe("203.0.113.7");
        },
      ),
    );
  });
});

test("networks are addresses with or without a prefix that fits", () => {
  const good = ["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8", "0.0.0.0/0"];
  const wrong = ["10.0.0.0/33", "10.0.0", "shop", "", "::1/129", "10.0.0.0/8/8", "10.0.0.0/x"];
  expect(good.map(isNetwork)).toEqual(good.map(() => true));
  expect(wrong.map(isNetwork)).toEqual(wrong.map(() => false));
});
