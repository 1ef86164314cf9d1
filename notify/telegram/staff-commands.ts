import type { Permission } from "../../shared/contracts/permissions.ts";
import type { Acting } from "../usecases/shop-ports.ts";
import { wordsOf } from "./command-words.ts";
import type { CommandContext } from "./commands.ts";
import { reply, textsOf } from "./reply.ts";
import type { ShopFacts } from "./screens.ts";
import type { StaffCases } from "./staff-cases.ts";
import {
  adminScreen,
  type Screen,
  stockCardScreen,
  stockFoundScreen,
  stockListScreen,
  todayScreen,
} from "./stock-screens.ts";
import type { StaffCommandName } from "./texts/stock-texts.ts";

/** What a command shows to one of the shop's people. */
interface StaffCommand {
  readonly permission: Permission;
  readonly screen: (ctx: CommandContext, as: Acting) => Promise<Screen>;
}

const lookUp = async (
  ctx: CommandContext,
  as: Acting,
  { stock }: StaffCases,
  facts: ShopFacts,
): Promise<Screen> => {
  const texts = textsOf(ctx);
  const words = wordsOf(ctx);
  if (words === "") return stockListScreen(await stock.list(as, { low: false, page: 0 }), false, texts);
  const found = await stock.search(as, words);
  const [only] = found;
  if (only === undefined || found.length > 1) return stockFoundScreen(found, words, texts);
  return stockCardScreen(await stock.cardOf(as, only.stock.sku), texts, facts);
};

const commandsOf = (cases: StaffCases, facts: ShopFacts): Record<StaffCommandName, StaffCommand> => ({
  admin: { permission: "stock.read", screen: async (ctx) => adminScreen(textsOf(ctx), facts) },
  stock: { permission: "stock.read", screen: (ctx, as) => lookUp(ctx, as, cases, facts) },
  lowstock: {
    permission: "stock.read",
    screen: async (ctx, as) =>
      stockListScreen(await cases.stock.list(as, { low: true, page: 0 }), true, textsOf(ctx)),
  },
  today: {
    permission: "orders.read-all",
    screen: async (ctx, as) => todayScreen(await cases.readToday(as), textsOf(ctx), facts),
  },
});

/** A command in a private chat; `otherwise` is what follows on one that nobody knows. */
export type StaffCommandHandler = (ctx: CommandContext, otherwise: () => Promise<void>) => Promise<void>;

/** Commands of the shop's people. To anybody else they are commands that there are not. */
export const staffCommandHandlers = (
  cases: StaffCases,
  facts: ShopFacts,
): Readonly<Record<StaffCommandName, StaffCommandHandler>> => {
  const commands = commandsOf(cases, facts);
  const handlerOf =
    ({ permission, screen }: StaffCommand): StaffCommandHandler =>
    async (ctx, otherwise) => {
      const as = await cases.admit(ctx.chatId, permission);
      if (as === null) return otherwise();
      const { words, keyboard } = await screen(ctx, as);
      await reply(ctx, words, keyboard);
    };
  return {
    admin: handlerOf(commands.admin),
    stock: handlerOf(commands.stock),
    lowstock: handlerOf(commands.lowstock),
    today: handlerOf(commands.today),
  };
};
