import { useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { ok } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useCart } from "../cart/cart-store.ts";
import { isDark, placeOf, type ThemeColours, themeOf } from "./launch.ts";
import { telegram } from "./telegram.ts";

/** Telegram's colours in the places of ours. */
const VARIABLES: Readonly<Record<string, string>> = {
  "--mantine-color-body": "secondary_bg_color",
  "--kiosk-surface": "bg_color",
  "--mantine-color-text": "text_color",
  "--mantine-color-dimmed": "subtitle_text_color",
  "--mantine-color-anchor": "link_color",
  "--mantine-primary-color-filled": "button_color",
  "--mantine-primary-color-filled-hover": "button_color",
  "--mantine-primary-color-contrast": "button_text_color",
};
const SIDES = ["top", "bottom", "left", "right"] as const;

const useTheme = (): void => {
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (telegram === null) return;
    const { style } = document.documentElement;
    const apply = (theme: ThemeColours) => {
      for (const [variable, name] of Object.entries(VARIABLES))
        if (theme[name] !== undefined) style.setProperty(variable, theme[name]);
      if (theme.bg_color !== undefined) setColorScheme(isDark(theme.bg_color) ? "dark" : "light");
    };
    apply(telegram.launch.theme);
    return telegram.bridge.on("theme_changed", (data) =>
      apply(themeOf((data as { theme_params?: unknown } | null)?.theme_params)),
    );
  }, [setColorScheme]);
};

const useSafeAreas = (): void => {
  useEffect(() => {
    if (telegram === null) return;
    const { bridge } = telegram;
    const listen = (event: string, prefix: string) =>
      bridge.on(event, (data) => {
        for (const side of SIDES) {
          const pixels = Number((data as Partial<Record<string, unknown>> | null)?.[side]);
          if (Number.isFinite(pixels))
            document.documentElement.style.setProperty(`--${prefix}-${side}`, `${pixels}px`);
        }
      });
    const ends = [
      listen("safe_area_changed", "tg-safe"),
      listen("content_safe_area_changed", "tg-content-safe"),
    ];
    bridge.post("web_app_request_safe_area");
    bridge.post("web_app_request_content_safe_area");
    return () => {
      for (const end of ends) end();
    };
  }, []);
};

const useBackButton = (): void => {
  const [path] = useLocation();
  const isInner = path !== "/";
  useEffect(() => telegram?.bridge.post("web_app_setup_back_button", { is_visible: isInner }), [isInner]);
  useEffect(() => telegram?.bridge.on("back_button_pressed", () => window.history.back()), []);
};

const useClosingQuestion = (): void => {
  const isFilled = useCart().length > 0;
  useEffect(
    () => telegram?.bridge.post("web_app_setup_closing_behavior", { need_confirmation: isFilled }),
    [isFilled],
  );
};

/** Signs in whoever Telegram has opened the page for, unless they are already. Where the shop refuses, there is still the code. */
const signIn = async (initData: string, userId: number | null): Promise<void> => {
  const known = kiosk.session()?.user.telegramUserId ?? null;
  if (known !== null && known === userId) return;
  kiosk.keep(await ok(kiosk.api.POST("/v1/auth/telegram/miniapp", { body: { initData } })));
};

/** Makes the page at home in Telegram. Answers whether it is shown there. */
export const useTelegram = (): boolean => {
  const [, navigate] = useLocation();
  useTheme();
  useSafeAreas();
  useBackButton();
  useClosingQuestion();
  useEffect(() => {
    if (telegram === null) return;
    const { launch, bridge } = telegram;
    document.documentElement.dataset.telegram = "";
    bridge.post("web_app_ready");
    bridge.post("web_app_expand");
    signIn(launch.initData, launch.userId).catch(() => undefined);
    const place = placeOf(launch.startParam);
    if (place !== null && window.location.pathname === "/") navigate(place);
  }, [navigate]);
  return telegram !== null;
};
