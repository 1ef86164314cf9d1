import type { Schemas } from "../../../client/index.ts";
import { useShopTexts } from "../texts/texts.ts";

const MOODS: Readonly<Record<Schemas["Order"]["status"], "good" | "few" | "none">> = {
  ...{ pending: "few", confirmed: "good", packed: "good", shipped: "good", delivered: "good" },
  ...{ rejected: "none", cancelled: "none", returned: "none" },
};

/** How an order stands: in words first, in colour too. */
export const OrderStatus = ({ status }: Pick<Schemas["Order"], "status">) => {
  const { order } = useShopTexts();
  return <span className={`stock stock-${MOODS[status]}`}>{order.status[status]}</span>;
};
