import { CloseButton, Container, Text } from "@mantine/core";
import { useState } from "react";
import { useSession } from "../../shared/kiosk.ts";
import { useSandbox } from "../queries/sandbox.ts";
import { useShopTexts } from "../texts/texts.ts";

const KEY = "kiosk.demo-hint";
const HIDDEN = "hidden";

/** The first thing that a newcomer has to know while the sandbox plays Telegram: where the code will arrive. */
export const DemoHint = () => {
  const { demo } = useShopTexts();
  const hasSandbox = useSandbox();
  const session = useSession();
  const [isHidden, setHidden] = useState(() => window.localStorage.getItem(KEY) === HIDDEN);
  if (!hasSandbox || isHidden || session !== null) return null;
  const hide = () => {
    window.localStorage.setItem(KEY, HIDDEN);
    setHidden(true);
  };
  return (
    <aside className="demo-hint" aria-label={demo.title}>
      <Container size="lg" className="demo-hint-row">
        <Text size="sm">
          <strong>{demo.title}</strong> {demo.text}{" "}
          <a href="/sandbox" target="_blank" rel="noopener">
            {demo.open}
          </a>
        </Text>
        <CloseButton aria-label={demo.close} onClick={hide} size={32} className="demo-hint-close" />
      </Container>
    </aside>
  );
};
