import { z } from "zod";

// Where a page of a list ended, as it comes back inside of a cursor. Never trusted, so it has a contract.

/** The last SKU of a page of levels. */
export const levelPosition = z.tuple([z.string().max(64)]);

/** The largest version that the database holds: 32 bits. */
const VERSION_MAX = 2_147_483_647;

/** The last version of a page of the ledger. */
export const movementPosition = z.tuple([z.int().positive().max(VERSION_MAX)]);

/** The last order id of a page of reservations. */
export const reservationPosition = z.tuple([z.uuid()]);

/** Transaction id (64 bits, in digits) and SKU of a `ChangeCursor`. */
export const changePosition = z.tuple([z.string().regex(/^\d{1,19}$/), z.string().max(64)]);
