import { describe, expect, test } from "bun:test";
import { createCodes } from "./codes.ts";

const codes = createCodes({ pepper: "pepper-of-the-fixed-vector-012345678" });
const id = "0198c0de-0000-7000-8000-000000000001";
const challenge = (sendCount: number, digits = 6) => ({ id, purpose: "login" as const, sendCount, digits });

describe("auth-3: a code", () => {
  test("follows RFC 4226 with the challenge's key (vector computed apart from this code)", () => {
    expect([1, 2, 3].map((n) => codes.codeOf(challenge(n)))).toEqual(["040649", "756059", "375010"]);
    expect([1, 2, 3].map((n) => codes.codeOf(challenge(n, 8)))).toEqual(["55040649", "16756059", "93375010"]);
  });

  test("fits its own send only", () => {
    expect(codes.matches(challenge(1), "040649")).toBe(true);
    expect(codes.matches(challenge(2), "040649")).toBe(false);
    expect(codes.matches({ ...challenge(1), id: "0198c0de-0000-7000-8000-000000000002" }, "040649")).toBe(
      false,
    );
    expect(
      createCodes({ pepper: "another-pepper-0123456789-0123456789" }).matches(challenge(1), "040649"),
    ).toBe(false);
  });

  test("is good by either of two peppers while one replaces the other, in whichever order instances learn of it", () => {
    const [old, fresh] = ["pepper-of-the-fixed-vector-012345678", "another-pepper-0123456789-0123456789"];
    const steps = [
      createCodes({ pepper: old, alsoPepper: fresh }),
      createCodes({ pepper: fresh, alsoPepper: old }),
    ];
    for (const maker of steps) {
      const code = maker.codeOf(challenge(1));
      expect(steps.map((verifier) => verifier.matches(challenge(1), code))).toEqual([true, true]);
      expect(steps.map((verifier) => verifier.matches(challenge(2), code))).toEqual([false, false]);
    }
    expect(steps.map((maker) => maker.codeOf(challenge(1)))).toEqual([
      codes.codeOf(challenge(1)),
      createCodes({ pepper: fresh }).codeOf(challenge(1)),
    ]);
    const alone = createCodes({ pepper: fresh });
    expect(alone.matches(challenge(1), codes.codeOf(challenge(1)))).toBe(false);
  });

  test("that is malformed does not match and does not throw", () => {
    for (const code of ["", "40649", "0040649", "04064x", "٠٤٠٦٤٩", "040649\n"]) {
      expect(codes.matches(challenge(1), code)).toBe(false);
    }
  });

  test("does not exist before one was sent", () => {
    const unsent = challenge(0);
    expect(codes.matches(unsent, codes.codeOf(unsent))).toBe(false);
  });
});
