import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { differences } from "../testing/compare-with-telegram.ts";
import { FIDELITY_ROWS, type FidelityRow, type Places, placed, statusOf } from "../testing/fidelity-rows.ts";
import { type OpenSandbox, openSandbox, resultOf, WAYS } from "../testing/open-sandbox.ts";

/** Makes everything that the rows are about. */
async function makePlaces(open: OpenSandbox): Promise<Places> {
  const started = await open.person();
  const idOf = async (person: Promise<number>, path: string, body: unknown = {}) => {
    const id = await person;
    await open.control("POST", `/people/${id}/${path}`, body);
    return id;
  };
  const groupWith = async (kind: string, status: string) => {
    const id = await open.group([started], { kind });
    await open.control("POST", `/groups/${id}/bot`, { status });
    return id;
  };
  const send = async (method: string, parameters: Record<string, unknown>) =>
    Number(resultOf(await open.api(method, { chat_id: started, ...parameters })).message_id);
  const upgraded = await groupWith("group", "member");
  await open.control("POST", `/groups/${upgraded}/migrate`);
  const supergroup = await groupWith("supergroup", "member");
  const say = async (path: string, body: unknown) =>
    Number((await open.control("POST", path, body)).body.messageId);
  return {
    started,
    fresh: await open.person({ started: false }),
    blocked: await idOf(open.person(), "block", { blocked: true }),
    deactivated: await idOf(open.person(), "deactivate"),
    kickedGroup: await groupWith("group", "kicked"),
    leftGroup: await groupWith("group", "left"),
    kickedSupergroup: await groupWith("supergroup", "kicked"),
    leftSupergroup: await groupWith("supergroup", "left"),
    upgraded,
    supergroup,
    plain: await send("sendMessage", { text: "plain" }),
    photo: await send("sendPhoto", { photo: "https://shop.example/a.png" }),
    withKeyboard: await send("sendMessage", { text: "keys", reply_markup: { keyboard: [["a"]] } }),
    fromPerson: await say(`/people/${started}/messages`, { text: "hi" }),
    fromPersonInSupergroup: await say(`/groups/${supergroup}/messages`, { personId: started, text: "hi" }),
  };
}

describe.each(WAYS)("refusals over %s", (way) => {
  let open: OpenSandbox;
  let places: Places;

  beforeAll(async () => {
    open = await openSandbox(way);
    places = await makePlaces(open);
  });
  afterAll(() => open.close());

  test.each([...FIDELITY_ROWS])(
    "%s: (%s) %s with %j is refused in Telegram's words",
    async (_requirement, _source, method, parameters, text) => {
      const { status, body } = await open.api(method, placed(parameters, places));
      expect([status, body.ok, body.error_code, body.description]).toEqual([
        statusOf(text),
        false,
        statusOf(text),
        text,
      ]);
    },
  );

  test("emulator-22: the same table is asked of any Bot API, and what differs is reported", async () => {
    const call = async (method: string, parameters: Record<string, unknown>) => {
      const { body } = await open.api(method, parameters);
      return String(body.description);
    };
    const same = await differences(FIDELITY_ROWS, places, call);
    expect(same).toEqual({ asked: FIDELITY_ROWS.length, left: [], different: [] });
    const rows: FidelityRow[] = [
      ["emulator-9", "known", "sendMessage", { chat_id: 5, text: "x" }, "Bad Request: something else"],
      ["emulator-9", "known", "sendMessage", { chat_id: "blocked", text: "x" }, "Forbidden: x"],
    ];
    expect(await differences(rows, { started: places.started }, call)).toEqual({
      asked: 1,
      left: ["sendMessage needs blocked"],
      different: [
        {
          method: "sendMessage",
          source: "known",
          expected: "Bad Request: something else",
          received: "Bad Request: chat not found",
        },
      ],
    });
  });

  test("emulator-3: a wrong token and a malformed one are told apart", async () => {
    const wrong = await open.raw(`/bot7000000001:${"x".repeat(35)}/getMe`);
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { ok: false, error_code: 401, description: "Unauthorized" },
    ]);
    const malformed = await open.raw("/botnonsense/getMe");
    expect((await malformed.json()).description).toBe("Unauthorized: invalid token specified");
  });

  test("emulator-3: another path is not found", async () => {
    const answer = await open.raw("/elsewhere");
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { ok: false, error_code: 404, description: "Not Found" },
    ]);
  });
});
