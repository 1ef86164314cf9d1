import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { type Order, type OrderStatus, useClaim, useMoveOrder } from "../../queries/orders.ts";
import { useOrdersTexts } from "../../texts/orders.ts";

/** Ends that nobody comes back from: asked about first, with a reason. */
const ENDS: ReadonlySet<OrderStatus> = new Set(["cancelled", "rejected", "returned"]);

/** What may be done with an order now: a button for each status that it may have next, and claiming. */
export const OrderActs = ({ order }: { readonly order: Order }) => {
  const texts = useOrdersTexts();
  const move = useMoveOrder();
  const claim = useClaim();
  const [ending, setEnding] = useState<OrderStatus | null>(null);
  const { number } = order;
  const isBusy = move.isPending || claim.isPending;
  return (
    <Group gap={6}>
      {(order.nextStatuses ?? []).map((status) => (
        <Button
          key={status}
          size="compact-sm"
          variant={ENDS.has(status) ? "default" : "filled"}
          aria-label={texts.moveOf(texts.moves[status], number)}
          disabled={isBusy}
          onClick={() =>
            ENDS.has(status) ? setEnding(status) : move.mutate({ order, status, reason: null })
          }
        >
          {texts.moves[status]}
        </Button>
      ))}
      {(order.claimable || order.claim) && (
        <Button
          size="compact-sm"
          variant="subtle"
          disabled={isBusy}
          aria-label={order.claimable ? texts.claimOf(number) : `${texts.unclaim} ${number}`}
          onClick={() => claim.mutate(order)}
        >
          {order.claimable ? texts.claim : texts.unclaim}
        </Button>
      )}
      <ReasonDialog
        isOpen={ending !== null}
        title={ending === null ? "" : texts.moveOf(texts.moves[ending], number)}
        label={texts.cancelReason}
        act={ending === null ? "" : texts.moves[ending]}
        onGiven={(reason) =>
          ending !== null && move.mutate({ order, status: ending, reason: reason === "" ? null : reason })
        }
        onClose={() => setEnding(null)}
      />
    </Group>
  );
};
