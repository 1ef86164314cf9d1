import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { imageSize } from "./image-size.ts";

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("the size of an image", () => {
  test.each([
    ["PNG", "89504e470d0a1a0a 0000000d 49484452 00000140 000000f0", { width: 320, height: 240 }],
    ["GIF", `474946383961 4001 f000${"00".repeat(8)}`, { width: 320, height: 240 }],
    [
      "JPEG",
      "ffd8 ffe00010 4a46494600010100000100010000 ffc0 0011 08 00f0 0140 03",
      { width: 320, height: 240 },
    ],
    [
      "WebP VP8 ",
      `52494646 00000000 57454250 56503820 00000000 000000 9d012a 4001 f000`,
      { width: 320, height: 240 },
    ],
    ["WebP VP8L", `52494646 00000000 57454250 5650384c 00000000 2f 3fc13b00`, { width: 320, height: 240 }],
    [
      "WebP VP8X",
      `52494646 00000000 57454250 56503858 00000000 00000000 3f0100 ef0000`,
      { width: 320, height: 240 },
    ],
  ])("is read from a %s", (_kind, hex, size) => {
    expect(imageSize(bytesOf(hex))).toEqual(size);
  });

  test("of anything else is unknown, whatever it is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const size = imageSize(new Uint8Array(bytes));
        expect(size === undefined || size.width >= 0).toBe(true);
      }),
    );
    expect(imageSize(new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'/>"))).toBeUndefined();
  });
});
