import { Button, Group, NativeSelect, Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { type ChangeEvent, type SubmitEvent, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../shared/language.tsx";
import { useShopTexts } from "../texts/texts.ts";
import { countriesIn } from "./countries.ts";
import { type Delivery, missingFields } from "./delivery.ts";

interface DeliveryStepProps {
  readonly first: Delivery;
  readonly onDone: (delivery: Delivery) => void;
}

const Payment = ({
  value,
  onChange,
}: {
  value: Delivery["payment"];
  onChange: (next: Delivery["payment"]) => void;
}) => {
  const { checkout } = useShopTexts();
  return (
    <Radio.Group
      label={checkout.payment}
      value={value}
      onChange={(next) => onChange(next as Delivery["payment"])}
    >
      <Stack gap="xs" mt="xs">
        <Radio value="manual" label={checkout.manual} description={checkout.manualHint} className="choice" />
        <Radio
          value="simulated"
          label={checkout.simulated}
          description={checkout.simulatedHint}
          className="choice"
        />
      </Stack>
    </Radio.Group>
  );
};

/** The first step: where to, and how to pay. What is missing is said at its field, and the first of them has the focus. */
export const DeliveryStep = ({ first, onDone }: DeliveryStepProps) => {
  const { checkout } = useShopTexts();
  const { language } = useLanguage();
  const [delivery, setDelivery] = useState(first);
  const [isChecked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const countries = useMemo(() => [{ value: "", label: "" }, ...countriesIn(language)], [language]);
  const missing: readonly string[] = missingFields(delivery);
  const field = (name: Exclude<keyof Delivery, "payment">, autoComplete: string, maxLength: number) => ({
    name,
    label: checkout[name],
    value: delivery[name],
    autoComplete,
    maxLength,
    size: "md" as const,
    error: isChecked && missing.includes(name) && checkout.needed,
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
      setDelivery({ ...delivery, [name]: currentTarget.value }),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    const [wrong] = missing;
    if (wrong === undefined) onDone(delivery);
    else form.current?.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
  };
  const { maxLength: _, ...country } = field("country", "country", 2);
  return (
    <form ref={form} onSubmit={submit} noValidate className="panel">
      <Stack gap="md">
        <TextInput {...field("recipient", "name", 200)} required />
        <TextInput {...field("line1", "address-line1", 200)} required />
        <TextInput {...field("line2", "address-line2", 200)} />
        <Group align="flex-start" gap="md">
          <TextInput {...field("postalCode", "postal-code", 20)} flex="1 1 8rem" />
          <TextInput {...field("city", "address-level2", 100)} required flex="2 1 12rem" />
        </Group>
        <NativeSelect {...country} data={countries} required />
        <Payment value={delivery.payment} onChange={(payment) => setDelivery({ ...delivery, payment })} />
        <Textarea {...field("note", "off", 500)} rows={2} />
        <Button type="submit" size="lg">
          {checkout.next}
        </Button>
      </Stack>
    </form>
  );
};
