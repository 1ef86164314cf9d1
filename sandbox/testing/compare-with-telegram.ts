// `TELEGRAM_TEST_BOT_TOKEN=… TELEGRAM_TEST_CHAT_ID=… bun sandbox/testing/compare-with-telegram.ts`: asks Telegram's test environment
// (https://core.telegram.org/bots/webapps#using-bots-in-the-test-environment) what the table of refusals asks the sandbox, and
// reports each text that differs. TELEGRAM_TEST_PLACES, a JSON object such as {"blocked":123}, names chats for more rows. It sends
// nothing that is delivered, unless Telegram takes what it should refuse. Ends with 1 where something differs.

import { isRecord, parseJson } from "../json.ts";
import { FIDELITY_ROWS, type FidelityRow, type Places, placed, placesOf } from "./fidelity-rows.ts";

const API_ROOT = "https://api.telegram.org";
/** Between two calls, so that the limits of a chat are kept. */
const PAUSE_MS = 1_200;

export interface Difference {
  method: string;
  source: string;
  expected: string;
  received: string;
}

/** Asks all rows whose places are known, but the sandbox's own, and tells what was answered otherwise. */
export async function differences(
  rows: readonly FidelityRow[],
  places: Partial<Places>,
  call: (method: string, parameters: Record<string, unknown>) => Promise<string>,
): Promise<{ asked: number; left: string[]; different: Difference[] }> {
  const left: string[] = [];
  const different: Difference[] = [];
  for (const [, source, method, parameters, expected] of rows) {
    const missing = placesOf(parameters).filter((place) => places[place] === undefined);
    if (missing.length > 0) {
      left.push(`${method} needs ${missing.join(", ")}`);
      continue;
    }
    const received = await call(method, placed(parameters, places));
    if (received !== expected) different.push({ method, source, expected, received });
  }
  return { asked: rows.length - left.length, left, different };
}

/** The description of a refusal by Telegram's test environment; "ok" where it did not refuse. */
const callTelegram =
  (token: string) =>
  async (method: string, parameters: Record<string, unknown>): Promise<string> => {
    await Bun.sleep(PAUSE_MS);
    const answer = await fetch(`${API_ROOT}/bot${token}/test/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(parameters),
    });
    const body = parseJson(await answer.text());
    return isRecord(body) && body.ok === false ? String(body.description) : "ok";
  };

if (import.meta.main) {
  const {
    TELEGRAM_TEST_BOT_TOKEN: token,
    TELEGRAM_TEST_CHAT_ID: started,
    TELEGRAM_TEST_PLACES,
  } = process.env;
  if (!token || !started) {
    console.error(
      "Set TELEGRAM_TEST_BOT_TOKEN and TELEGRAM_TEST_CHAT_ID, the chat of somebody who has started the bot.",
    );
    process.exit(2);
  }
  const more = parseJson(TELEGRAM_TEST_PLACES ?? "{}");
  const places: Partial<Places> = { ...(isRecord(more) ? more : {}), started: Number(started) };
  const rows = FIDELITY_ROWS.filter(([, source]) => source !== "own");
  const report = await differences(rows, places, callTelegram(token));
  console.log(JSON.stringify(report, null, 2));
  process.exit(report.different.length === 0 ? 0 : 1);
}
