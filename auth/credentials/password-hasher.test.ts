import { describe, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { createTurnstile } from "./password-hasher.ts";

describe("the turnstile before the hashes", () => {
  test("lets two work and two wait, turns the fifth away, and goes on in order", async () => {
    const inTurn = createTurnstile(2, 2);
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const begun: number[] = [];
    const works = gates.map((gate, n) =>
      inTurn(async () => {
        begun.push(n);
        await gate.promise;
      }),
    );
    await expect(inTurn(async () => undefined)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(begun).toEqual([0, 1]);
    gates[1]?.resolve();
    await works[1];
    await waitFor(() => begun.length === 3, { what: "the third" });
    for (const gate of gates) gate.resolve();
    await Promise.all(works);
    expect(begun).toEqual([0, 1, 2, 3]);
    expect(await inTurn(async () => "again")).toBe("again");
  });

  test("goes on after work that failed", async () => {
    const inTurn = createTurnstile(1, 0);
    await expect(inTurn(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await inTurn(async () => "yes")).toBe("yes");
  });
});
