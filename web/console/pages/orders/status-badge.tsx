import { Badge } from "@mantine/core";
import type { OrderStatus } from "../../queries/orders.ts";
import { useOrdersTexts } from "../../texts/orders.ts";

const COLOURS: Readonly<Record<OrderStatus, string>> = {
  pending: "yellow",
  confirmed: "blue",
  packed: "violet",
  shipped: "cyan",
  delivered: "kiosk",
  rejected: "red",
  cancelled: "gray",
  returned: "orange",
};

/** The status in words; its dot only helps the eye. */
export const StatusBadge = ({ status }: { readonly status: OrderStatus }) => (
  <Badge variant="dot" color={COLOURS[status]} tt="none">
    {useOrdersTexts().statuses[status]}
  </Badge>
);
