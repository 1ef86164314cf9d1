import {
  type Answer,
  internalHeaders,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import type { Line } from "../domain/allocate.ts";
import type { Inventory } from "../service.ts";

type ReservationAnswer = Promise<Answer<Record<string, unknown>>>;

/** What orders asks of one instance of inventory. */
export interface ReservationClient {
  /** Held for 900 seconds unless said otherwise. */
  reserve(
    orderId: string,
    lines: readonly Line[],
    ttlSeconds?: number | null,
    revision?: number,
  ): ReservationAnswer;
  end(orderId: string, how: "release" | "fulfil" | "return"): ReservationAnswer;
}

/** Calls one instance directly, as a service of the shop. */
export const reservationClient = ({ fetch }: Pick<Inventory, "fetch">): ReservationClient => {
  const send = async (method: string, path: string, body?: unknown) =>
    readAnswer<Record<string, unknown>>(
      await fetch(
        requestTo(`http://inventory/internal/reservations/${path}`, method, {
          headers: internalHeaders,
          body,
        }),
      ),
    );
  return {
    reserve: (orderId, lines, ttlSeconds = 900, revision = undefined) =>
      send("PUT", orderId, { lines, ttlSeconds, revision }),
    end: (orderId, how) => send("POST", `${orderId}/${how}`),
  };
};
