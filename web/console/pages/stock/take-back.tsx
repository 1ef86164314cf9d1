import { Button, Group, Text } from "@mantine/core";
import { adjustment, useAdjust } from "../../queries/stock.ts";
import { undoNotes, useStockTexts } from "../../texts/stock.ts";
import { type LedgerLine, lastAdjustment } from "./last-adjustment.ts";

interface TakeBackProps {
  readonly sku: string;
  /** The ledger, latest first. */
  readonly movements: readonly LedgerLine[];
}

/** Takes the last adjustment back, as long as nobody has: by its opposite, so that the ledger shows both. */
export const TakeBack = ({ sku, movements }: TakeBackProps) => {
  const texts = useStockTexts();
  const adjust = useAdjust();
  const last = lastAdjustment(movements, undoNotes);
  if (last === null) return null;
  const { onHandDelta: delta } = last;
  const shown = delta > 0 ? `+${delta}` : `−${-delta}`;
  return (
    <Group justify="space-between">
      <Text size="sm">{texts.lastByHand(`${texts.kinds[last.kind]} ${shown}`)}</Text>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={texts.takeBackOf(shown)}
        loading={adjust.isPending}
        onClick={() =>
          adjust.mutate(adjustment({ sku, delta: -delta, reason: "correction", note: texts.undoNote }))
        }
      >
        {texts.takeBack}
      </Button>
    </Group>
  );
};
