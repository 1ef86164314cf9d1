import { Alert, Button, Stack } from "@mantine/core";
import { KioskProblem } from "../../../client/index.ts";
import { WarningIcon } from "../../shared/icons.tsx";
import { withWhatIsThere } from "../cart/cart.ts";
import { changeCart } from "../cart/cart-store.ts";
import { useShopTexts } from "../texts/texts.ts";

interface ShortLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly available: number;
}

/** The lines that an `OUT_OF_STOCK` names; none for any other failure. */
export const shortLinesOf = (error: unknown): readonly ShortLine[] =>
  error instanceof KioskProblem && error.code === "OUT_OF_STOCK" && Array.isArray(error.body.lines)
    ? (error.body.lines as ShortLine[])
    : [];

interface ShortagesProps {
  readonly lines: readonly ShortLine[];
  readonly onTaken: () => void;
}

/** Which lines are short, and the offer to take what is there. Nothing was ordered: an order is had whole or not at all. */
export const Shortages = ({ lines, onTaken }: ShortagesProps) => {
  const { checkout, cart } = useShopTexts();
  const take = () => {
    changeCart((now) => withWhatIsThere(now, lines));
    onTaken();
  };
  return (
    <Alert color="orange" variant="outline" icon={<WarningIcon />} title={checkout.shortTitle} role="alert">
      <Stack gap="sm" align="flex-start">
        <ul className="plain-list">
          {lines.map(({ sku, name, quantity, available }) => (
            <li key={sku}>{checkout.shortLine(name, quantity, available)}</li>
          ))}
        </ul>
        <Button onClick={take}>{cart.takeWhatIsThere}</Button>
      </Stack>
    </Alert>
  );
};
