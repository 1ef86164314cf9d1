import { Button, Group, Text } from "@mantine/core";
import { TelegramIcon } from "../shared/icons.tsx";
import { useLanguage } from "../shared/language.tsx";
import { problemText } from "../shared/states.tsx";
import { sharedTexts } from "../shared/texts.ts";
import type { Player } from "./people.ts";
import { useSandboxTexts } from "./texts.ts";

interface ShopBarProps {
  readonly player: Player;
  readonly isSignedIn: boolean;
  /** Whether this is the place to sign in. */
  readonly isOffered: boolean;
  readonly signingIn: { readonly isPending: boolean; readonly error: Error | null };
  onSignIn(): void;
  onGoTo(path: string): void;
}

/** Above a person's browser: where to go, and signing in with one tap. */
export const ShopBar = ({ player, isSignedIn, isOffered, signingIn, onSignIn, onGoTo }: ShopBarProps) => {
  const texts = useSandboxTexts();
  const { language } = useLanguage();
  const { isPending, error } = signingIn;
  return (
    <div className="shop-bar">
      <Group gap={4} wrap="nowrap">
        <Button variant="subtle" size="compact-sm" c="inherit" onClick={() => onGoTo("/")}>
          {texts.shop}
        </Button>
        {player.isMerchant && (
          <Button variant="subtle" size="compact-sm" c="inherit" onClick={() => onGoTo(player.beginsAt)}>
            {texts.console}
          </Button>
        )}
      </Group>
      <Text size="xs" role="status" className="shop-bar-status">
        {isPending
          ? texts.signingIn
          : error !== null && !isSignedIn
            ? problemText(error, sharedTexts[language], language === "en")
            : isSignedIn
              ? ""
              : texts.signedOut}
      </Text>
      {!isSignedIn && isOffered && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<TelegramIcon />}
          loading={isPending}
          onClick={onSignIn}
        >
          {texts.signIn(player.firstName)}
        </Button>
      )}
    </div>
  );
};
