export interface ImageSize {
  width: number;
  height: number;
}

/** The pixels of a PNG, GIF, JPEG or WebP image by its first bytes; undefined for anything else. */
export function imageSize(bytes: Uint8Array<ArrayBuffer>): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return pngSize(view) ?? gifSize(view) ?? jpegSize(view) ?? webpSize(view);
  } catch (error) {
    // The head says more than the rest holds.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const textAt = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)));

/** W3C PNG, section 11.2.2: IHDR comes first. */
function pngSize(view: DataView): ImageSize | undefined {
  if (textAt(view, 1, 3) !== "PNG" || textAt(view, 12, 4) !== "IHDR") return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(view: DataView): ImageSize | undefined {
  if (textAt(view, 0, 4) !== "GIF8") return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** ITU T.81, B.2.2: the size stands in the frame header, which other segments may precede. */
function jpegSize(view: DataView): ImageSize | undefined {
  if (view.getUint16(0) !== 0xff_d8) return undefined;
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** RFC 9649: one of three kinds of first chunk. */
function webpSize(view: DataView): ImageSize | undefined {
  if (textAt(view, 0, 4) !== "RIFF" || textAt(view, 8, 4) !== "WEBP") return undefined;
  switch (textAt(view, 12, 4)) {
    case "VP8 ":
      return { width: view.getUint16(26, true) & 0x3f_ff, height: view.getUint16(28, true) & 0x3f_ff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 };
    }
    case "VP8X":
      return {
        width: 1 + view.getUint16(24, true) + view.getUint8(26) * 65_536,
        height: 1 + view.getUint16(27, true) + view.getUint8(29) * 65_536,
      };
    default:
      return undefined;
  }
}
