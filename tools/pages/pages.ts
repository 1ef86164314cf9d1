// `bun run pages`: bundles the storefront and the console, unless they are as their sources are. `bun start` does the same.

import { buildPages } from "./build-pages.ts";

const startedAt = performance.now();
if ((await buildPages()) === "built")
  process.stderr.write(`Bundled the pages in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
