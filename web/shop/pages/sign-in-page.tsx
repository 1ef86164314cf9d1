import { Stack } from "@mantine/core";
import { useEffect } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useSession } from "../../shared/kiosk.ts";
import { SignIn } from "../../shared/sign-in/sign-in.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { FinishByProvider } from "../sign-in/finish-by-provider.tsx";
import { ProviderButtons } from "../sign-in/provider-buttons.tsx";
import { useShopTexts } from "../texts/texts.ts";
import { placeWithin } from "./place-within.ts";

/** Signing in, and then to where one came from. */
export const SignInPage = () => {
  const { titles } = useShopTexts();
  const session = useSession();
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const to = placeWithin(params.get("to"));
  useEffect(() => {
    if (session !== null) navigate(to, { replace: true });
  }, [session, navigate, to]);
  return (
    <Stack gap="md" className="narrower">
      <PageTitle title={titles.signIn} />
      <FinishByProvider />
      <SignIn />
      <ProviderButtons to={to} />
    </Stack>
  );
};
