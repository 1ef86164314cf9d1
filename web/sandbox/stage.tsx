import { Center, Loader, SegmentedControl } from "@mantine/core";
import { useEffect } from "react";
import { Failure } from "../shared/states.tsx";
import { ChatFrame, ShopFrame } from "./frames.tsx";
import { Guide } from "./guide/guide.tsx";
import { type Player, usePlayers } from "./people.ts";
import { PeopleBar } from "./people-bar.tsx";
import type { SandboxApi } from "./sandbox-api.ts";
import { ShopBar } from "./shop-bar.tsx";
import { useSandboxTexts } from "./texts.ts";
import { TopBar } from "./top-bar.tsx";
import { type Pane, usePlay } from "./use-play.ts";

interface PlayProps {
  readonly sandbox: SandboxApi;
  readonly players: readonly [Player, ...Player[]];
}

const Play = ({ sandbox, players }: PlayProps) => {
  const texts = useSandboxTexts();
  const play = usePlay(sandbox, players);
  const { chosen, signedIn, signingIn, browser } = play;
  return (
    <>
      <Guide
        steps={play.steps}
        order={play.order}
        customer={play.customer.firstName}
        merchant={play.merchant?.firstName}
        isBusy={signingIn.isBusy}
        onGo={play.onGo}
      />
      <PeopleBar
        sandbox={sandbox}
        players={players}
        chosen={chosen}
        signedIn={signedIn}
        onChoose={play.choose}
      />
      <SegmentedControl
        className="pane-switch"
        aria-label={texts.panes}
        value={play.pane}
        onChange={(pane) => play.show(pane as Pane)}
        data={[
          { value: "chat", label: texts.chat },
          { value: "shop", label: chosen.isMerchant ? texts.console : texts.shop },
        ]}
        fullWidth
      />
      <div className="panes" data-pane={play.pane}>
        <section className="pane phone" aria-label={texts.chat}>
          <ChatFrame player={chosen} link={play.link} />
        </section>
        <section className="pane browser" aria-label={texts.shopOf(chosen.firstName)}>
          <ShopBar
            player={chosen}
            isSignedIn={signedIn.includes(chosen.id)}
            isOffered={play.isSignInOffered}
            signingIn={signingIn.of(chosen)}
            onSignIn={() => signingIn.signIn(chosen)}
            onGoTo={(path) => browser.current?.goTo(path)}
          />
          <ShopFrame key={chosen.id} player={chosen} browser={browser} />
        </section>
      </div>
    </>
  );
};

const hasAny = <Item,>(items: readonly Item[]): items is readonly [Item, ...Item[]] => items.length > 0;

/** The whole journey at once: people, the phone of the chosen one, and their browser with the shop. */
export const Stage = ({ sandbox }: { readonly sandbox: SandboxApi }) => {
  const { data: players, error, refetch } = usePlayers(sandbox);
  const isChatAlone = players?.length === 0;
  useEffect(() => {
    if (isChatAlone) window.location.replace(`/sandbox/chat${window.location.search}`);
  }, [isChatAlone]);
  return (
    <div className="stage">
      <TopBar sandbox={sandbox} />
      <main className="stage-main">
        {players !== undefined && hasAny(players) ? (
          <Play sandbox={sandbox} players={players} />
        ) : (
          <Center flex={1}>
            {error === null ? (
              <Loader aria-hidden />
            ) : (
              <Failure error={error} onRetry={() => void refetch()} />
            )}
          </Center>
        )}
      </main>
    </div>
  );
};
