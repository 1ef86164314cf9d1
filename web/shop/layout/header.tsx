import { ActionIcon, Container, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Link } from "wouter";
import { CartIcon, MoonIcon, SunIcon } from "../../shared/icons.tsx";
import { unitsIn } from "../cart/cart.ts";
import { useCart } from "../cart/cart-store.ts";
import { useShopTexts } from "../texts/texts.ts";
import { AccountMenu } from "./account-menu.tsx";
import { CategoryNav } from "./category-nav.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { SearchField } from "./search-field.tsx";

const SchemeToggle = () => {
  const { nav } = useShopTexts();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="inherit"
      size={44}
      aria-label={isDark ? nav.light : nav.dark}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      {isDark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
};

const CartLink = () => {
  const { nav } = useShopTexts();
  const units = unitsIn(useCart());
  return (
    <Link href="/cart" className="cart-link" aria-label={nav.cart(units)}>
      <CartIcon />
      {units > 0 && <span className="cart-count">{units > 99 ? "99+" : units}</span>}
    </Link>
  );
};

/** The shop's sign, the search, and what is one's own. In Telegram, colours and language are Telegram's. */
export const Header = ({ inTelegram }: { readonly inTelegram: boolean }) => {
  const { nav, shop } = useShopTexts();
  return (
    <header className="shop-header">
      <Container size="lg" className="shop-bar">
        <Link href="/" className="shop-sign" aria-label={nav.home}>
          <svg className="shop-mark" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M5 3v10M11 3 6 8l5 5" fill="none" stroke="#fff" strokeWidth="2" />
          </svg>
          <span className="shop-name">{shop}</span>
        </Link>
        <SearchField />
        <div className="shop-tools">
          {!inTelegram && <LanguageSwitch />}
          {!inTelegram && <SchemeToggle />}
          <AccountMenu />
          <CartLink />
        </div>
      </Container>
      <CategoryNav />
    </header>
  );
};
