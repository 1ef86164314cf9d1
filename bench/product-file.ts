// `bun bench/product-file.ts COUNT > products.csv`: the first products of the invented shop, as a file that the import reads.

import { exportLayout } from "../catalog/domain/export-row.ts";
import { csvLine } from "../shared/http/csv-text.ts";
import { generatedCategories, generateProduct } from "./product-generator.ts";

const namesOf = new Map<string, readonly string[]>();
for (const { id, name, parentId } of generatedCategories)
  namesOf.set(id, [...(namesOf.get(parentId ?? "") ?? []), name]);

const layout = exportLayout(["colour", "handmade", "material", "style", "weightGrams"]);

/** Without what makes a row long: a hundred thousand of them are to fit into one request. */
const short = (nth: number) => {
  const { product } = generateProduct(nth);
  return { ...product, description: "", images: [] };
};

/** The text of the file, piece by piece, the header first. */
export const productFile = function* (count: number): Generator<string> {
  yield csvLine(layout.header);
  for (let nth = 0; nth < count; nth += 1) {
    const product = short(nth);
    yield csvLine(layout.row(product, namesOf.get(product.categoryId ?? "") ?? []));
  }
};

if (import.meta.main) {
  const count = Number(Bun.argv[2]);
  if (!Number.isInteger(count) || count < 1) {
    process.stderr.write("Usage: bun bench/product-file.ts COUNT > products.csv\n");
    process.exit(1);
  }
  const writer = Bun.stdout.writer();
  for (const line of productFile(count)) writer.write(line);
  await writer.end();
}
