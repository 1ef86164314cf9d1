import { describe, expect, test } from "bun:test";
import { isKioskError } from "../kernel/errors.ts";
import { createStreamPlaces, STREAMS_MAX, STREAMS_PER_PERSON_MAX } from "./stream-places.ts";

const from = (ip: string) => new Request("http://kiosk/", { headers: { "x-client-ip": ip } });
const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe("places for streams", () => {
  test("a person has so many, and one that is given back twice is one", () => {
    const places = createStreamPlaces();
    const mine = Array.from({ length: STREAMS_PER_PERSON_MAX }, () => places.take(from("1.1.1.1"), "ada"));
    expect(
      isKioskError(
        caught(() => places.take(from("1.1.1.1"), "ada")),
        "RATE_LIMITED",
      ),
    ).toBe(true);
    places.take(from("1.1.1.1"), "bob");
    mine[0]?.();
    mine[0]?.();
    places.take(from("1.1.1.1"), "ada");
    expect(
      isKioskError(
        caught(() => places.take(from("1.1.1.1"), "ada")),
        "RATE_LIMITED",
      ),
    ).toBe(true);
  });

  test("the process has so many, whoever asks, and says when to come again", () => {
    const places = createStreamPlaces();
    const all = Array.from({ length: STREAMS_MAX }, (_, n) =>
      places.take(from(`1.1.${n >> 6}.${n & 63}`), null),
    );
    const refusal = caught(() => places.take(from("2.2.2.2"), null));
    expect(isKioskError(refusal, "TRY_LATER") && refusal.details.retryAfterSeconds).toBeGreaterThan(0);
    for (const giveBack of all) giveBack();
    places.take(from("2.2.2.2"), null);
  });
});
