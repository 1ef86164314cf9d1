import { notFound } from "../../shared/kernel/errors.ts";
import type { Erasure, ErasureStore } from "./erasure-ports.ts";
import type { Secrets } from "./ports.ts";

export interface ReadErasureDeps {
  readonly erasures: Pick<ErasureStore, "find">;
  readonly secrets: Pick<Secrets, "hash">;
  /** Compares in constant time. */
  readonly isSame: (a: string, b: string) => boolean;
}

/**
 * The receipt of an erasure, for whoever has its secret and for admins. Fails with `NOT_FOUND` for everybody else, whether there
 * is such a receipt or not.
 */
export const readErasure =
  ({ erasures, secrets, isSame }: ReadErasureDeps) =>
  async (id: string, reader: { secret: string | null; isAdmin: boolean }): Promise<Erasure> => {
    const erasure = await erasures.find(id);
    // Hashed and compared in any case, so that the time tells nothing.
    const given = secrets.hash(reader.secret ?? "");
    const opens = isSame(erasure?.secretHash ?? secrets.hash(id), given) && reader.secret !== null;
    if (erasure === null || !(reader.isAdmin || (opens && erasure.secretHash !== null)))
      throw notFound("receipt, or this secret does not open it");
    return erasure;
  };
