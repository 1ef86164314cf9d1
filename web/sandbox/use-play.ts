import { useMediaQuery } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { wishOf } from "../shared/sandbox-frame.ts";
import type { BotLink, Browser } from "./frames.tsx";
import { type StepName, stepsOf } from "./guide/steps.ts";
import { useWalk } from "./guide/use-walk.ts";
import { type Player, shopOf, useSignedIn } from "./people.ts";
import type { SandboxApi } from "./sandbox-api.ts";
import { signInAs } from "./sign-in-as.ts";

/** What a narrow window shows of the two. */
export type Pane = "chat" | "shop";

/** From here on both stand beside each other; the same width is in sandbox.css. */
const WIDE = "(min-width: 62em)";
/** What the chat page says once a link has been opened on the phone. */
const STARTED = "sandbox.started";

const payloadOf = (link: string): string | null =>
  new URL(link, window.location.origin).searchParams.get("start");

interface Heard {
  signIn(): void;
  openBot(payload: string | null): void;
  started(): void;
}

/** Hears what the frames ask for. Pages of other origins are not listened to. */
const useFrames = (heard: Heard): void => {
  const current = useRef(heard);
  useEffect(() => {
    current.current = heard;
  });
  useEffect(() => {
    const listen = ({ origin, data }: MessageEvent<unknown>) => {
      if (origin !== window.location.origin) return;
      if (data === STARTED) current.current.started();
      const wish = wishOf(data);
      if (wish?.kind === "kiosk.sign-in") current.current.signIn();
      if (wish?.kind === "kiosk.open-bot") current.current.openBot(payloadOf(wish.link));
    };
    window.addEventListener("message", listen);
    return () => window.removeEventListener("message", listen);
  }, []);
};

/** A link to the bot that has not been opened on the phone yet. */
const useLink = () => {
  const [link, setLink] = useState<BotLink>(() => ({ payload: payloadOf(window.location.href), number: 0 }));
  const follow = (payload: string | null) => setLink(({ number }) => ({ payload, number: number + 1 }));
  const started = () => {
    setLink(({ number }) => ({ payload: null, number }));
    // Loaded anew, the page does not ask again.
    window.history.replaceState(null, "", window.location.pathname);
  };
  return { link, follow, started };
};

/** Signing people in: each of them once at a time. */
const useSigningIn = (sandbox: SandboxApi) => {
  const { mutate, variables, isPending, error } = useMutation({
    mutationFn: (player: Player) => signInAs(sandbox, shopOf(player.id), player),
  });
  const isAbout = ({ id }: Player) => variables?.id === id;
  return {
    isBusy: isPending,
    signIn(player: Player) {
      if (!(isPending && isAbout(player))) mutate(player);
    },
    /** How it stands for somebody. */
    of: (player: Player) => (isAbout(player) ? { isPending, error } : { isPending: false, error: null }),
  };
};

/** Who plays, whom one is, and how far the walk has come. */
export const usePlay = (sandbox: SandboxApi, players: readonly [Player, ...Player[]]) => {
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const { link, follow, started } = useLink();
  const [chosenId, choose] = useState<number | null>(null);
  const [pane, show] = useState<Pane>(link.payload === null ? "shop" : "chat");
  const [seen, setSeen] = useState<string | null>(null);
  const browser = useRef<Browser>(null);
  const signedIn = useSignedIn(players);
  const chosen = players.find(({ id }) => id === chosenId) ?? players[0];
  const customer = players.find(({ isMerchant }) => !isMerchant) ?? players[0];
  const merchant = players.find(({ isMerchant }) => isMerchant);
  const signingIn = useSigningIn(sandbox);
  const facts = useWalk(sandbox, players, signedIn);
  const { order } = facts;
  // In a narrow window the chat has to be looked at.
  const isLookedAt = order !== null && facts.hasCard && chosen.id === order.buyerId && pane === "chat";
  if (isLookedAt && seen !== order.number) setSeen(order.number);
  const hasCard = facts.hasCard && (isWide || seen === order?.number);

  const be = (player: Player) => {
    choose(player.id);
    show("shop");
    if (!signedIn.includes(player.id)) signingIn.signIn(player);
  };
  const onGo: Partial<Record<StepName, () => void>> = {
    signIn: () => be(customer),
    ...(isWide && !chosen.isMerchant ? {} : { order: () => be(chosen.isMerchant ? customer : chosen) }),
    card: () => {
      if (order !== null) choose(order.buyerId);
      show("chat");
    },
    restock: () => {
      if (merchant === undefined) return;
      be(merchant);
      if (chosen.id === merchant.id) browser.current?.goTo(merchant.beginsAt);
    },
  };
  useFrames({
    signIn: () => signingIn.signIn(chosen),
    openBot(payload) {
      follow(payload);
      show("chat");
    },
    started,
  });
  const steps = stepsOf({ ...facts, hasCard });
  // The walk's own button is enough.
  const isSignInOffered =
    chosen.id !== customer.id || steps.every(({ name, isNext }) => name !== "signIn" || !isNext);
  return {
    ...{ isSignInOffered },
    ...{ chosen, choose, customer, merchant, signedIn, signingIn },
    ...{ steps, order, onGo, pane, show, link, browser },
  };
};
