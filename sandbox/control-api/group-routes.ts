import { changeStanding, createGroup, findGroup, migrateGroup } from "../people/groups.ts";
import { findPerson } from "../people/people.ts";
import { sendText } from "../people/sending.ts";
import { MEMBERS_PER_GROUP_LIMIT, type World } from "../state/world.ts";
import { listMessages, transcript } from "./chat-reading.ts";
import {
  type Fields,
  optionalChoice,
  optionalFlag,
  optionalIds,
  optionalInteger,
  readFields,
  requiredInteger,
  requiredStatus,
  requiredText,
} from "./fields.ts";
import { json } from "./json.ts";
import type { Route } from "./routing.ts";
import { sentView } from "./sending-routes.ts";
import { groupView } from "./views.ts";

/** Longest title of a group (https://core.telegram.org/bots/api#setchattitle). */
const TITLE_LIMIT = 128;
const TEXT_LIMIT = 10_000;
const ID_RANGE = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** The routes of groups: who is in them, what is said in them, and how they grow. */
export function groupRoutes(world: World): Route[] {
  const chatOf = (id: string | undefined) => findGroup(world, Number(id));
  const shown = (id: string | undefined) => json(groupView(world, chatOf(id).group));
  return [
    [
      "GET",
      "/groups",
      () => json({ items: [...world.groups.values()].map((group) => groupView(world, group)) }),
    ],
    ["POST", "/groups", ({ request }) => addGroup(world, request)],
    ["GET", "/groups/:id", ({ id }) => shown(id)],
    [
      "GET",
      "/groups/:id/messages",
      ({ id, ...input }) => listMessages(world, { chat: chatOf(id), person: null }, input),
    ],
    ["GET", "/groups/:id/transcript", ({ id, request }) => transcript(world, chatOf(id), request)],
    [
      "POST",
      "/groups/:id/messages",
      async ({ id, request }) => {
        const fields = await readFields(request, ["personId", "text", "replyToMessageId"]);
        const person = findPerson(world, requiredInteger(fields, "personId", ID_RANGE));
        const text = requiredText(fields, "text", TEXT_LIMIT);
        const replyToMessageId = optionalInteger(fields, "replyToMessageId", ID_RANGE);
        return sentView(world, sendText(world, person, text, { chatId: chatOf(id).id, replyToMessageId }));
      },
    ],
    [
      "POST",
      "/groups/:id/members",
      async ({ id, request }) => {
        const fields = await readFields(request, ["personId", "status", "anonymous", "byPersonId"]);
        const userId = requiredInteger(fields, "personId", ID_RANGE);
        changeStanding(world, chatOf(id), { userId, ...standingOf(fields) });
        return shown(id);
      },
    ],
    [
      "POST",
      "/groups/:id/bot",
      async ({ id, request }) => {
        const fields = await readFields(request, ["status", "byPersonId"]);
        changeStanding(world, chatOf(id), { userId: world.bot.id, ...standingOf(fields) });
        return shown(id);
      },
    ],
    [
      "POST",
      "/groups/:id/migrate",
      ({ id }) => json(groupView(world, migrateGroup(world, chatOf(id)).group), 201),
    ],
  ];
}

async function addGroup(world: World, request: Request): Promise<Response> {
  const fields = await readFields(request, ["title", "members", "kind", "bot"]);
  const { group } = createGroup(world, {
    title: requiredText(fields, "title", TITLE_LIMIT).trim(),
    kind: optionalChoice(fields, "kind", ["group", "supergroup"]) ?? "group",
    memberIds: optionalIds(fields, "members", MEMBERS_PER_GROUP_LIMIT),
    withBot: fields.bot === undefined || optionalFlag(fields, "bot"),
  });
  return json(groupView(world, group), 201);
}

function standingOf(fields: Fields) {
  return {
    status: requiredStatus(fields),
    anonymous: optionalFlag(fields, "anonymous"),
    actorId: optionalInteger(fields, "byPersonId", ID_RANGE),
  };
}
