// `bun run openapi`: writes docs/openapi.json, the API of a Kiosk that is started for it, and the client's types. A test compares both.

import type { OpenApi } from "../../gateway/api-document/open-api.ts";
import { everyDoor } from "../audiences/routes.ts";
import { withKiosk } from "../with-kiosk.ts";
import { generatedFiles } from "./files.ts";

await withKiosk(everyDoor(), async ({ url }) => {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  for (const [path, text] of await generatedFiles(document)) await Bun.write(path, text);
});
