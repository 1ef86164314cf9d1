import { Button, Group, NativeSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import {
  type AdjustmentReason,
  adjustment,
  adjustmentReasons,
  type StockLevel,
  useAdjust,
  useSetThreshold,
} from "../../queries/stock.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useStockTexts } from "../../texts/stock.ts";

/** The largest change that the shop takes at once. */
const DELTA_MAX = 1_000_000;
const NOTE_MAX_LENGTH = 200;

/** Units to add or to take away, with the reason that goes into the ledger. */
export const AdjustForm = ({ sku, onDone }: { readonly sku: string; onDone(): void }) => {
  const texts = useStockTexts();
  const adjust = useAdjust();
  const [delta, setDelta] = useState<number | string>("");
  const [reason, setReason] = useState<AdjustmentReason>("count");
  const [note, setNote] = useState("");
  const isReady = typeof delta === "number" && Number.isInteger(delta) && delta !== 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        adjust.mutate(adjustment({ sku, delta, reason, note: note.trim() }));
        onDone();
      }}
    >
      <Stack gap="sm">
        <NumberInput
          label={texts.delta}
          value={delta}
          onChange={setDelta}
          min={-DELTA_MAX}
          max={DELTA_MAX}
          allowDecimal={false}
          required
          data-autofocus
        />
        <NativeSelect
          label={texts.reason}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value as AdjustmentReason)}
          data={adjustmentReasons.map((value) => ({ value, label: texts.reasons[value] }))}
        />
        <TextInput
          label={texts.note}
          value={note}
          maxLength={NOTE_MAX_LENGTH}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={!isReady}>
            {texts.adjust}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** From where on the SKU counts as low. */
export const ThresholdForm = ({ level }: { readonly level: StockLevel }) => {
  const texts = useStockTexts();
  const { save } = useShellTexts();
  const set = useSetThreshold();
  const [threshold, setThreshold] = useState<number | string>(level.lowStockThreshold);
  const isNew = typeof threshold === "number" && threshold !== level.lowStockThreshold;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isNew) set.mutate({ level, threshold });
      }}
    >
      <Group align="flex-end" wrap="nowrap">
        <NumberInput
          label={texts.threshold}
          value={threshold}
          onChange={setThreshold}
          min={0}
          max={DELTA_MAX}
          allowDecimal={false}
          flex={1}
        />
        <Button type="submit" variant="default" disabled={!isNew} loading={set.isPending}>
          {save}
        </Button>
      </Group>
    </form>
  );
};
