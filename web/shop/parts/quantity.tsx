import { ActionIcon } from "@mantine/core";
import { MinusIcon, PlusIcon } from "../../shared/icons.tsx";
import { useShopTexts } from "../texts/texts.ts";

interface QuantityProps {
  readonly name: string;
  readonly value: number;
  /** As many as there are. */
  readonly max: number;
  readonly onChange: (quantity: number) => void;
}

/** How many: two buttons around a number, all of 44 px. */
export const Quantity = ({ name, value, max, onChange }: QuantityProps) => {
  const { cart } = useShopTexts();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in every browser
    <div className="quantity" role="group" aria-label={cart.quantity(name)}>
      <ActionIcon
        variant="subtle"
        c="inherit"
        size={44}
        aria-label={cart.less(name)}
        disabled={value <= 1}
        onClick={() => onChange(value - 1)}
      >
        <MinusIcon />
      </ActionIcon>
      <output>{value}</output>
      <ActionIcon
        variant="subtle"
        c="inherit"
        size={44}
        aria-label={cart.more(name)}
        disabled={value >= max}
        onClick={() => onChange(value + 1)}
      >
        <PlusIcon />
      </ActionIcon>
    </div>
  );
};
