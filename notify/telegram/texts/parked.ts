import { clip } from "../html.ts";

const TYPES_MAX = 300;

/** Types of parked messages, as they were sent to us: hence the limit. */
export const shownTypes = (types: readonly string[]): string => clip(types.join(", "), TYPES_MAX);

/** Where the parked messages of a queue are seen. */
export const parkedPath = (queue: string): string => `GET /v1/ops/parked?queue=${encodeURIComponent(queue)}`;
