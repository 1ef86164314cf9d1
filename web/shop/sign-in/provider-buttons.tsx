import { Button, Divider, Stack } from "@mantine/core";
import { TelegramIcon } from "../../shared/icons.tsx";
import { useTexts } from "../../shared/language.tsx";
import { sharedTexts } from "../../shared/texts.ts";
import { type Provider, useProviders } from "../queries/providers.ts";
import { startOf } from "./provider-return.ts";

const TELEGRAM = "telegram";
const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The other ways in: a button for each provider that the shop is set up for, and nothing where there is none. */
export const ProviderButtons = ({ to }: { readonly to: string }) => {
  const { signIn } = useTexts(sharedTexts);
  const { data: providers = [] } = useProviders();
  if (providers.length === 0) return null;
  const textOf = ({ name }: Provider) =>
    name === TELEGRAM ? signIn.byTelegram : signIn.byProvider(capitalised(name));
  return (
    <Stack gap="sm">
      <Divider label={signIn.or} labelPosition="center" />
      {providers.map((provider) => (
        // Not a link within the page: the shop leads the browser away from it.
        <Button
          key={provider.name}
          component="a"
          href={startOf(provider, to)}
          variant="default"
          size="md"
          {...(provider.name === TELEGRAM ? { leftSection: <TelegramIcon /> } : {})}
        >
          {textOf(provider)}
        </Button>
      ))}
    </Stack>
  );
};
