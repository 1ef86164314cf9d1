/** What a product may hold, at every door: the routes, and files that are imported. Lengths are in characters. */
export const productLimits = {
  nameMax: 200,
  descriptionMax: 10_000,
  barcodeMax: 64,
  imagesMax: 20,
  urlMax: 2_048,
  attributesMax: 50,
  attributeNameMax: 64,
  attributeTextMax: 500,
} as const;

/**
 * What texts look like, as regular expressions. PostgreSQL's text holds no NUL; names hold no control character at all, and
 * something to see.
 */
export const productPatterns = {
  visibleLine: "^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$",
  noNul: "^[^\\u0000]*$",
  barcode: "^[!-~]+$",
  imageAddress: "^(https?://|/)[^\\s\\u0000-\\u001f\\u007f]+$",
  attributeName: `^(?=\\s*\\S)[^\\u0000-\\u001f\\u007f]{1,${productLimits.attributeNameMax}}$`,
} as const;
