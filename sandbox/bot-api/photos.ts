import { createHash, randomBytes } from "node:crypto";
import { isLoopbackHost } from "../loopback.ts";
import type { Photo } from "../state/records.ts";
import { FILES_LIMIT, FILES_LIMIT_BYTES, type World } from "../state/world.ts";
import { badRequest, TEXTS } from "./errors.ts";
import { imageSize } from "./image-size.ts";
import { type CallParameters, textParameter, uploadParameter } from "./parameters.ts";

/** The largest photo, in bytes (TDLib, FileLoaderUtils.cpp). */
const PHOTO_LIMIT_BYTES = 10 * 1_024 * 1_024;
/** Width and height together, and how much longer one may be (https://core.telegram.org/bots/api#sendphoto). */
const SIDES_LIMIT = 10_000;
const RATIO_LIMIT = 20;
/** The size that a photo by address is said to have: nothing is fetched, so nobody knows. */
const UNSEEN_SIZE = { width: 1_280, height: 960, sizeBytes: 100_000 } as const;

/** Reads the parameter `photo`: an upload, an address, or the file id of a photo that was sent before. */
export function readPhoto(world: World, parameters: CallParameters): Photo {
  const text = uploadName(parameters);
  const upload =
    text === undefined ? uploadParameter(parameters, "photo") : uploadParameter(parameters, text);
  if (upload !== undefined) return keepUpload(world, upload);
  const given = text === undefined ? textParameter(parameters, "photo") : "";
  if (given === "") throw badRequest(TEXTS.noPhoto);
  if (/^https?:\/\//i.test(given)) return photoByUrl(given);
  const known = findPhoto(world, given);
  if (known === undefined) throw badRequest(TEXTS.fileUnknown);
  return known;
}

/** `attach://<name>` points to another field of the form. */
function uploadName(parameters: CallParameters): string | undefined {
  const value = parameters.get("photo");
  return typeof value === "string" ? /^attach:\/\/(.+)$/.exec(value)?.[1] : undefined;
}

function keepUpload(world: World, bytes: Uint8Array<ArrayBuffer>): Photo {
  if (bytes.length === 0) throw badRequest(TEXTS.fileEmpty);
  if (bytes.length > PHOTO_LIMIT_BYTES)
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${PHOTO_LIMIT_BYTES} bytes`,
    );
  const size = imageSize(bytes);
  if (size === undefined) throw badRequest(TEXTS.imageUnreadable);
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  if (short === 0 || short + long > SIDES_LIMIT || long > short * RATIO_LIMIT)
    throw badRequest(TEXTS.photoDimensions);
  const photo: Photo = {
    fileId: `sandbox-${randomBytes(24).toString("base64url")}`,
    uniqueId: createHash("sha256").update(bytes).digest("base64url").slice(0, 16),
    ...size,
    sizeBytes: bytes.length,
    url: null,
  };
  world.files.set(photo.fileId, bytes);
  let total = [...world.files.values()].reduce((sum, { length }) => sum + length, 0);
  for (const [oldest, { length }] of world.files) {
    if (world.files.size <= FILES_LIMIT && total <= FILES_LIMIT_BYTES) break;
    world.files.delete(oldest);
    total -= length;
  }
  return photo;
}

/** Telegram's servers would fetch it; an address that they could not reach is refused as they do. */
function photoByUrl(address: string): Photo {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || isLoopbackHost(url.hostname) || !url.hostname.includes("."))
    throw badRequest(TEXTS.fileUrlInvalid);
  const uniqueId = createHash("sha256").update(url.href).digest("base64url");
  return {
    fileId: `sandbox-url-${uniqueId}`,
    uniqueId: uniqueId.slice(0, 16),
    ...UNSEEN_SIZE,
    url: url.href,
  };
}

/** A photo that some message still has. */
function findPhoto(world: World, fileId: string): Photo | undefined {
  for (const chat of world.chats.values())
    for (const { photo } of chat.values()) if (photo?.fileId === fileId) return photo;
  return undefined;
}
