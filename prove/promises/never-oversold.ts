import { sql } from "drizzle-orm";
import { verifyLedger } from "../../inventory/service.ts";
import type { Evidence, Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes } from "./act-notes.ts";
import { inDatabase } from "./breaking.ts";
import { type LastUnits, lastUnitsSchema, sellLastUnits } from "./last-units.ts";
import { firstFew, type LevelRow, readLevels, unitsWanted } from "./rows.ts";

const NAME = "never-oversold";
const HOLDING = ["confirmed", "packed"];
const GONE = ["shipped", "delivered"];

/** Each wish for one of the last units has got one, or was told that there is none. */
const lastUnitsFindings = (notes: LastUnits): Finding[] => {
  const { told, units, wishes, carts, toldOfCarts } = notes;
  const wanted = { "201": units, "409 OUT_OF_STOCK": wishes - units };
  const same = Bun.deepEquals(told, wanted) && Bun.deepEquals(toldOfCarts, { "201": carts });
  return same ? [] : [finding(`${units} last units were not sold to exactly ${units} of ${wishes}`, notes)];
};

/** What was put in and received is available, held or gone; nothing is held but for orders. */
const levelFindings = (
  { initial, received }: ShopUnderProof,
  level: LevelRow,
  units: { readonly held: number; readonly gone: number },
): Finding[] => {
  const { sku, onHand, reserved } = level;
  const first = initial.get(sku);
  const { told = 0, unknown = 0 } = received.get(sku) ?? {};
  const all = onHand + units.gone;
  const said = {
    sku,
    onHand,
    reserved,
    first: first ?? null,
    received: told,
    perhapsReceived: unknown,
    ...units,
  };
  return [
    ...(reserved === units.held ? [] : [finding(`${sku}: what is reserved is not what orders hold`, said)]),
    ...(onHand >= reserved ? [] : [finding(`${sku}: more is promised than there is`, said)]),
    ...(first === undefined || (all >= first + told && all <= first + told + unknown)
      ? []
      : [finding(`${sku}: initial and received are not available, held and sold`, said)]),
  ];
};

const judge = async (notes: LastUnits, { shop }: Evidence): Promise<Verdict> => {
  const [levels, held, gone, ledger] = await Promise.all([
    readLevels(shop),
    unitsWanted(shop, HOLDING),
    unitsWanted(shop, GONE),
    verifyLedger(shop.databases.inventory),
  ]);
  const wrong = [...levels.values()].flatMap((level) =>
    levelFindings(shop, level, { held: held.get(level.sku) ?? 0, gone: gone.get(level.sku) ?? 0 }),
  );
  const missing = [...shop.initial.keys()].filter((sku) => !levels.has(sku));
  return {
    counted: {
      skus: levels.size,
      unitsHeld: [...held.values()].reduce((sum, units) => sum + units, 0),
      lastUnits: notes.units,
      wishesForThem: notes.wishes,
    },
    findings: [
      ...lastUnitsFindings(notes),
      ...firstFew(wrong),
      ...missing.map((sku) => finding(`${sku} has no stock level any more`, { sku })),
      ...firstFew(ledger.differences).map((difference) =>
        finding(`${difference.sku}: the counters differ from the ledger in ${difference.what}`, {
          ...difference,
        }),
      ),
    ],
  };
};

/** Units are counted whole, however many want the last of them. */
export const neverOversold: ProvenPromise = {
  name: NAME,
  says: "Never oversold: initial and received = available + held + sold, for every SKU, from the ledger",
  act: { when: "calm", play: sellLastUnits },
  judge: judgeNotes(NAME, lastUnitsSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A unit that an order holds is counted as free",
      breakIt: inDatabase(
        "inventory",
        sql`update stock_level set reserved = reserved - 1
          where sku = (select sku from stock_level order by reserved desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/goods`,
      says: "A unit is there that nobody has received",
      async breakIt(evidence) {
        const [sku] = evidence.shop.initial.keys();
        return inDatabase(
          "inventory",
          sql`update stock_level set on_hand = on_hand + 1 where sku = ${sku}`,
        )(evidence);
      },
    },
    {
      name: `${NAME}/ledger`,
      says: "The newest line of a ledger is gone",
      // A trigger refuses every change to the ledger: it is out of the way, as after a restore that went wrong.
      breakIt: inDatabase(
        "inventory",
        sql`alter table stock_movement disable trigger user`,
        sql`delete from stock_movement m using stock_level l
          where l.sku = m.sku and l.version = m.version_after
            and l.sku = (select sku from stock_level order by version desc limit 1)`,
        sql`alter table stock_movement enable trigger user`,
      ),
    },
  ],
};
