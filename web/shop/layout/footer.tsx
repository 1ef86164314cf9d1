import { Container, Text } from "@mantine/core";
import { framedPerson } from "../../shared/sandbox-frame.ts";
import { useSandbox } from "../queries/sandbox.ts";
import { useShopTexts } from "../texts/texts.ts";

/** What is behind the shop, for those who want to know. */
export const Footer = () => {
  const { nav } = useShopTexts();
  const hasSandbox = useSandbox();
  return (
    <footer className="shop-footer">
      <Container size="lg" className="shop-footer-row">
        <Text size="sm" c="dimmed" maw={520}>
          {nav.footer}
        </Text>
        <nav aria-label={nav.more}>
          <ul>
            <li>
              <a href="/docs" target={framedPerson === null ? undefined : "_blank"} rel="noopener">
                {nav.api}
              </a>
            </li>
            {hasSandbox && (
              <li>
                <a href="/sandbox">{nav.sandbox}</a>
              </li>
            )}
            <li>
              <a href="/admin">{nav.console}</a>
            </li>
          </ul>
        </nav>
      </Container>
    </footer>
  );
};
