import { Button, Group, Modal, NumberInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useStockNew } from "../../queries/stock.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useStockTexts } from "../../texts/stock.ts";

const SKU_MAX_LENGTH = 64;
const ON_HAND_MAX = 1_000_000_000;

const NewLevelForm = ({ onDone }: { onDone(): void }) => {
  const texts = useStockTexts();
  const [sku, setSku] = useState("");
  const [onHand, setOnHand] = useState<number | string>("");
  const stock = useStockNew();
  const isReady = sku.trim() !== "" && typeof onHand === "number" && Number.isInteger(onHand);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) stock.mutate({ sku: sku.trim(), onHand }, { onSuccess: onDone });
      }}
    >
      <Stack>
        <TextInput
          label={texts.columns.sku}
          description={texts.newHint}
          value={sku}
          maxLength={SKU_MAX_LENGTH}
          required
          dir="ltr"
          onChange={({ currentTarget }) => setSku(currentTarget.value)}
          data-autofocus
        />
        <NumberInput
          label={texts.onHand}
          value={onHand}
          onChange={setOnHand}
          min={0}
          max={ON_HAND_MAX}
          allowDecimal={false}
          required
        />
        <Group justify="flex-end">
          <Button type="submit" loading={stock.isPending} disabled={!isReady}>
            {texts.stockNew}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** The first units of a SKU: a product that was just made can be sold from then on. */
export const NewLevel = () => {
  const texts = useStockTexts();
  const { close } = useShellTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{texts.stockNew}</Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={texts.newTitle}
        closeButtonProps={{ "aria-label": close }}
        centered
      >
        {isOpen && <NewLevelForm onDone={() => setOpen(false)} />}
      </Modal>
    </>
  );
};
