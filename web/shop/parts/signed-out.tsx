import { Button } from "@mantine/core";
import { Link, useLocation } from "wouter";
import { Empty } from "../../shared/states.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { useShopTexts } from "../texts/texts.ts";

/** What a page that is somebody's own shows to nobody: why, and the way in and back. */
export const SignedOut = ({ title, text }: { readonly title: string; readonly text: string }) => {
  const { nav } = useShopTexts();
  const [path] = useLocation();
  return (
    <>
      <PageTitle title={title} hidden />
      <Empty title={title} text={text}>
        <Button component={Link} href={`/sign-in?to=${encodeURIComponent(path)}`}>
          {nav.signIn}
        </Button>
      </Empty>
    </>
  );
};
