import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { deleteProduct as deleted } from "../domain/product.ts";
import type { ProductWriter } from "./ports.ts";

/** The product is gone for everybody; its row stays for the record. Fails with `NOT_FOUND` and `VERSION_MISMATCH`. */
export const deleteProduct =
  ({ products, clock }: { products: Pick<ProductWriter, "change">; clock: Clock }) =>
  async ({ id, expectedVersion }: { id: string; expectedVersion: number | null }): Promise<void> => {
    await products.change(id, (product) => {
      assertVersion(expectedVersion, product.version);
      return deleted(product, clock.now());
    });
  };
