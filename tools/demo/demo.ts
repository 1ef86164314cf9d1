// `bun run demo [--url URL]`: the walk through the shop that the README tells, against a Kiosk that runs or one of its own. Every
// step is checked; the first that is not as told ends it with exit code 1.

import { parseArgs } from "node:util";
import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { findKiosk, type ShopUnderUse } from "../client/running-kiosk.ts";
import { gather, say } from "./cast.ts";
import { beRefused, buy, leave, restockAndSellOut, stockTheShelf } from "./scenes.ts";

const walk = async (kiosk: ShopUnderUse): Promise<void> => {
  const cast = await gather(kiosk, process.env.ADMIN_PHONES?.split(",")[0]?.trim() || SANDBOX_ADMIN_PHONE);
  await stockTheShelf(cast);
  const bens = await buy(cast);
  await beRefused(cast, bens);
  await restockAndSellOut(cast, bens);
  await leave(cast);
};

try {
  const { values } = parseArgs({ args: Bun.argv.slice(2), options: { url: { type: "string" } } });
  const kiosk = await findKiosk({ url: values.url });
  say(kiosk.own ? `A Kiosk of its own, at ${kiosk.url}` : `The Kiosk at ${kiosk.url}`);
  try {
    await walk(kiosk);
  } finally {
    await kiosk.close();
  }
  say("Everything as told.");
} catch (error) {
  say(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
