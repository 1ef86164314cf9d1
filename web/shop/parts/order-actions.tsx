import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import type { Schemas } from "../../../client/index.ts";
import { useTexts } from "../../shared/language.tsx";
import { Failure } from "../../shared/states.tsx";
import { sharedTexts } from "../../shared/texts.ts";
import { withMore } from "../cart/cart.ts";
import { changeCart } from "../cart/cart-store.ts";
import { useCancelOrder } from "../queries/orders.ts";
import { useShopTexts } from "../texts/texts.ts";

/** While a customer may still change their mind: the shop decides, these are where it says yes. */
const CANCELLABLE: ReadonlySet<Schemas["Order"]["status"]> = new Set(["pending", "confirmed"]);

const Cancel = ({ id }: { readonly id: string }) => {
  const { order } = useShopTexts();
  const { close } = useTexts(sharedTexts);
  const [isAsking, setAsking] = useState(false);
  const cancelling = useCancelOrder(id);
  const cancel = () => {
    setAsking(false);
    cancelling.mutate();
  };
  return (
    <>
      <Button variant="default" loading={cancelling.isPending} onClick={() => setAsking(true)}>
        {order.cancel}
      </Button>
      {cancelling.isError && <Failure error={cancelling.error} />}
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={order.cancelTitle}
        closeButtonProps={{ "aria-label": close }}
        centered
      >
        <Stack gap="lg">
          <Text>{order.cancelText}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
              {order.keep}
            </Button>
            <Button color="#b3261e" onClick={cancel}>
              {order.cancel}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
};

/** What a customer may do with an order. */
export const OrderActions = ({ order: { id, status, lines } }: { readonly order: Schemas["Order"] }) => {
  const { order } = useShopTexts();
  const [, navigate] = useLocation();
  const repeat = () => {
    changeCart((cart) => lines.reduce((more, { sku, quantity }) => withMore(more, sku, quantity), cart));
    navigate("/cart");
  };
  return (
    <Group gap="sm">
      <Button variant="light" onClick={repeat}>
        {order.repeat}
      </Button>
      {CANCELLABLE.has(status) && <Cancel id={id} />}
    </Group>
  );
};
