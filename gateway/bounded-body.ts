import { KioskError, unavailable } from "../shared/kernel/errors.ts";
import { within } from "../shared/runtime/retry.ts";

/** Longest wait for the whole of an ordinary body. A megabyte in this time is the pace of a bad mobile connection. */
export const BODY_DEADLINE_MS = 15_000;
/** Bodies that the gateway holds at once, by what has come of them: who announces much and sends little keeps nobody out. */
export const BODIES_MAX_BYTES = 128 * 1024 * 1024;
/** Up to so many bytes a body counts by what it says it has: most are no longer, and are read at once. */
const SMALL_BYTES = 16 * 1024;

const DIGITS = /^\d{1,15}$/;

const tooLarge = (maxBytes: number): KioskError =>
  new KioskError("PAYLOAD_TOO_LARGE", `The body may have ${maxBytes} bytes at most.`);

const tooSlow = (): KioskError =>
  new KioskError("REQUEST_TIMEOUT", "The body did not arrive in time: send it again, faster.");

/** Reads a body piece by piece, each after `hold`. Fails with `PAYLOAD_TOO_LARGE` or as `hold` does, and then reads no more of it. */
const readChunks = async (
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  hold: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the stream: what is left of it is not read.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    hold(chunk.byteLength);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
};

/** The length that a body says it has; null where it says none. Fails with `VALIDATION` where it says two or what is no number. */
const declaredLength = ({ headers }: Request): number | null => {
  const declared = headers.get("content-length");
  if (declared === null) return null;
  if (DIGITS.test(declared)) return Number(declared);
  throw new KioskError("VALIDATION", "The input does not fit.", {
    errors: [{ pointer: "/headers/content-length", message: "must be one number" }],
  });
};

/** A file may pause for so long; else it comes with so many bytes a second. Nobody holds a place by a drip. */
export const FILE_PAUSE_MS = 15_000;
const FILE_BYTES_PER_SECOND_MIN = 8 * 1024;

/**
 * Passes a file on as it is read at the other end. Breaks off one that comes by drips with `REQUEST_TIMEOUT`, and one that turns out too
 * large with `PAYLOAD_TOO_LARGE`; `onFault` hears of it first, since whoever reads the file makes an error of its own of it.
 */
const steady = (
  file: ReadableStream<Uint8Array>,
  { pauseMs, maxBytes }: { readonly pauseMs: number; readonly maxBytes: number },
  onFault: (fault: unknown) => void,
): ReadableStream<Uint8Array> => {
  const reader = file.getReader();
  // What came fast may be followed by a pause, yet by no longer one.
  let creditMs = pauseMs;
  let bytes = 0;
  const next = async (): Promise<Uint8Array | null> => {
    const beganMs = performance.now();
    const { done, value } = await within(reader.read(), creditMs, tooSlow);
    if (done) return null;
    bytes += value.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    const earnedMs = (1_000 * value.byteLength) / FILE_BYTES_PER_SECOND_MIN;
    creditMs = Math.max(1, Math.min(pauseMs, creditMs + earnedMs - (performance.now() - beganMs)));
    return value;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk === null) controller.close();
          else controller.enqueue(chunk);
        } catch (fault) {
          onFault(fault);
          // What is left of it is not read.
          void reader.cancel(fault).catch(() => undefined);
          throw fault;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read ahead of the service.
    { highWaterMark: 0 },
  );
};

export interface BodyBounds {
  readonly maxBytes: number;
  /** Passed on as it comes: a file. */
  readonly streamed: boolean;
}

/** What is sent on of a request: nothing, all of its body, or a file that is still on its way. */
export type KeptBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;

/** How much is held of all bodies together, and how long one may take; as above where nothing is said. */
export interface BodyKeeping {
  readonly keptMaxBytes?: number;
  readonly bodyDeadlineMs?: number;
  readonly filePauseMs?: number;
}

/** Takes the bodies of requests into memory, so many bytes of all of them at once and no more. */
export const createBodyKeeper = ({
  keptMaxBytes = BODIES_MAX_BYTES,
  bodyDeadlineMs = BODY_DEADLINE_MS,
  filePauseMs = FILE_PAUSE_MS,
}: BodyKeeping = {}) => {
  let keptBytes = 0;

  const passOn = async <Answer>(
    file: ReadableStream<Uint8Array>,
    maxBytes: number,
    work: (body: KeptBody) => Promise<Answer>,
  ): Promise<Answer> => {
    let fault: unknown = null;
    const body = steady(file, { pauseMs: filePauseMs, maxBytes }, (found) => {
      fault = found;
    });
    try {
      return await work(body);
    } catch (error) {
      throw fault ?? error;
    }
  };

  return {
    /**
     * Does the work with the whole body, so that a slow client is waited for by nobody but the gateway. Fails with `PAYLOAD_TOO_LARGE`,
     * with `REQUEST_TIMEOUT` where the body does not arrive, with `UNAVAILABLE` where too much is held already, and as the work does.
     */
    async with<Answer>(
      request: Request,
      { maxBytes, streamed }: BodyBounds,
      work: (body: KeptBody) => Promise<Answer>,
    ): Promise<Answer> {
      const declared = declaredLength(request);
      if ((declared ?? 0) > maxBytes) throw tooLarge(maxBytes);
      const { body } = request;
      if (body === null) return work(null);
      if (streamed) return passOn(body, maxBytes, work);
      let heldBytes = 0;
      let isOver = false;
      const hold = (bytes: number): void => {
        if (isOver || keptBytes + bytes > keptMaxBytes)
          throw unavailable("Too many bodies are under way just now.", 1);
        keptBytes += bytes;
        heldBytes += bytes;
      };
      const readAll = (): Promise<Uint8Array<ArrayBuffer>> => {
        if (declared === null || declared > SMALL_BYTES) return readChunks(body, maxBytes, hold);
        hold(declared);
        return request.bytes();
      };
      try {
        return await work(await within(readAll(), bodyDeadlineMs, tooSlow));
      } finally {
        // What still comes of a body that was given up is held by nobody.
        isOver = true;
        keptBytes -= heldBytes;
      }
    },
  };
};

export type BodyKeeper = ReturnType<typeof createBodyKeeper>;
