import { useComputedColorScheme } from "@mantine/core";
import { type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { useLanguage } from "../shared/language.tsx";
import { frameNameOf } from "../shared/sandbox-frame.ts";
import { placeIn } from "./frame-place.ts";
import type { Player } from "./people.ts";
import { useSandboxTexts } from "./texts.ts";

/** A link to the bot: what it says to the bot, null once it has been opened; each has another number. */
export interface BotLink {
  readonly payload: string | null;
  readonly number: number;
}

interface ChatFrameProps {
  readonly player: Player;
  readonly link: BotLink;
}

/** A person's chats: the sandbox's own chat page, which shows one phone when it is told whose. */
export const ChatFrame = ({ player: { id, firstName }, link: { payload, number } }: ChatFrameProps) => {
  const texts = useSandboxTexts();
  const { language } = useLanguage();
  const scheme = useComputedColorScheme("light");
  const words = new URLSearchParams({ person: String(id), language, scheme });
  // A link that was opened is done: the frame stays as it is, with the focus in it.
  const wanted = `${words} ${number}`;
  if (payload !== null) words.set("start", payload);
  const address = `/sandbox/chat?${words}`;
  const [shown, setShown] = useState({ wanted, address });
  if (shown.wanted !== wanted) setShown({ wanted, address });
  // Another address is another frame: nothing is added to the window's history.
  return <iframe key={shown.wanted} className="frame" title={texts.chatOf(firstName)} src={shown.address} />;
};

/** Caught mail, by the same page. */
export const MailFrame = () => {
  const { mailTitle } = useSandboxTexts();
  const { language } = useLanguage();
  const scheme = useComputedColorScheme("light");
  const words = new URLSearchParams({ show: "mail", language, scheme });
  return <iframe className="frame" title={mailTitle} src={`/sandbox/chat?${words}`} />;
};

/** Where each person was in the shop when somebody else came to the screen. */
const places = new Map<number, string>();

export interface Browser {
  goTo(path: string): void;
}

interface ShopFrameProps {
  readonly player: Player;
  readonly browser: Ref<Browser>;
}

/** A person's browser. Only one is open at a time, for each of them follows streams; where it was is kept. */
export const ShopFrame = ({ player: { id, firstName, beginsAt }, browser }: ShopFrameProps) => {
  const texts = useSandboxTexts();
  const frame = useRef<HTMLIFrameElement>(null);
  useImperativeHandle(browser, () => ({
    goTo(path) {
      // Set, not assigned: that leads back from a page that could not be loaded, too.
      if (frame.current?.contentWindow) frame.current.contentWindow.location.href = path;
    },
  }));
  useLayoutEffect(() => {
    const shown = frame.current;
    return () => {
      const place = placeIn(shown);
      if (place !== null) places.set(id, place);
    };
  }, [id]);
  return (
    <iframe
      ref={frame}
      className="frame"
      name={frameNameOf(id)}
      title={texts.shopOf(firstName)}
      src={places.get(id) ?? beginsAt}
    />
  );
};
