import { expect, test } from "bun:test";
import { placeIn } from "./frame-place.ts";

const frameAt = (protocol: string, pathname: string, search = "") => ({
  contentWindow: { location: { protocol, pathname, search } },
});

test("a frame is at its place in the shop, and nowhere before it shows any", () => {
  expect(placeIn(frameAt("http:", "/p/mug", "?a=b"))).toBe("/p/mug?a=b");
  expect(placeIn(frameAt("about:", "blank"))).toBeNull();
  expect(placeIn({ contentWindow: null })).toBeNull();
  expect(placeIn(null)).toBeNull();
});

test("what a frame shows that may not be looked at is nowhere either", () => {
  const location = {
    get protocol(): string {
      throw new Error("Blocked a frame with another origin");
    },
    pathname: "/",
    search: "",
  };
  expect(placeIn({ contentWindow: { location } })).toBeNull();
});
