import { type CSSVariablesResolver, createTheme, DirectionProvider, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { KioskProblem } from "../../client/index.ts";
import { BrokenPage } from "./broken-page.tsx";
import { directionOf, LanguageProvider, useLanguage } from "./language.tsx";

/** Kiosk's green, from light to dark; the sixth has a contrast of 5.9 with white. */
const theme = createTheme({
  primaryColor: "kiosk",
  primaryShade: 6,
  colors: {
    kiosk: [
      ...["#e6f7f5", "#cdebe7", "#9dd7d0", "#69c2b8", "#40b1a4"],
      ...["#149686", "#0b6e66", "#095f58", "#074f4a", "#043d39"],
    ] as unknown as [string, string, string, string, string, string, string, string, string, string],
  },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Mantine's greys and reds have less contrast with what is behind them than the 4.5 that WCAG 2.2 asks for (1.4.3); these have it. */
const colours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#fbfaf8",
    "--mantine-color-text": "#1c2321",
    "--mantine-color-dimmed": "#57615e",
    "--mantine-color-placeholder": "#666f6c",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-default": "#ffffff",
    "--mantine-color-default-border": "#868f8b",
    "--kiosk-surface": "#ffffff",
    "--kiosk-line": "#e5e2dc",
    "--kiosk-good": "#0b6e66",
    "--kiosk-few": "#8a4b00",
  },
  dark: {
    "--mantine-color-body": "#131716",
    "--mantine-color-text": "#e7ecea",
    "--mantine-color-dimmed": "#a9b4b0",
    "--mantine-color-placeholder": "#93a09b",
    "--mantine-color-error": "#ff9c94",
    "--mantine-color-default": "#1d2321",
    "--mantine-color-default-border": "#6b7773",
    // Mantine's are darker than what is behind them.
    "--mantine-color-kiosk-light": "#1f3a37",
    "--mantine-color-kiosk-light-hover": "#28493f",
    "--mantine-color-kiosk-light-color": "#a6ebe2",
    "--kiosk-surface": "#1b201f",
    "--kiosk-line": "#2e3533",
    "--kiosk-good": "#5fd0c3",
    "--kiosk-few": "#f5b562",
  },
});

/** A refusal stays one, whoever asks again; a shop that is away is asked twice more. */
const isWorthAnotherTry = (failures: number, error: Error): boolean =>
  failures < 2 && error instanceof KioskProblem && (error.status === 0 || error.status >= 500);

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: isWorthAnotherTry, staleTime: 15_000 },
    // Offline it fails at once and says so: nothing is done later, behind somebody's back.
    mutations: { retry: false, networkMode: "always" },
  },
});

const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

const Themed = ({ children }: { readonly children: ReactNode }) => {
  const { language } = useLanguage();
  return (
    <DirectionProvider initialDirection={directionOf(language)} detectDirection={false} key={language}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={colours}
        defaultColorScheme="auto"
        getStyleNonce={nonce}
      >
        {children}
      </MantineProvider>
    </DirectionProvider>
  );
};

/** Where get-nonce looks, by which the lock of scrolling behind a dialog writes its style: webpack's name for it. */
const tellNonce = (): void => void Object.assign(window, { __webpack_nonce__: nonce() });

/** Puts a page on the screen, with what every page has: language, theme, and what was read from the shop. */
export const showPage = (page: ReactNode): void => {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root element");
  tellNonce();
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <Themed>
          <BrokenPage>
            <QueryClientProvider client={queries}>{page}</QueryClientProvider>
          </BrokenPage>
        </Themed>
      </LanguageProvider>
    </StrictMode>,
  );
};
