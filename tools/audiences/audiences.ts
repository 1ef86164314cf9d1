// `bun run audiences`: writes docs/audiences.md, who may call which route, from a Kiosk that is started for it. A test compares the two.

import { withKiosk } from "../with-kiosk.ts";
import { AUDIENCES_PAGE, audiencesPage } from "./page.ts";
import { everyDoor, readRoutes } from "./routes.ts";

const door = everyDoor();
await withKiosk(door, async () => {
  await Bun.write(AUDIENCES_PAGE, audiencesPage(await readRoutes(door.urlOf)));
});
