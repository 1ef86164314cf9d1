import { Stack } from "@mantine/core";
import { useState } from "react";
import { useSession } from "../../shared/kiosk.ts";
import { Failure } from "../../shared/states.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { SignedOut } from "../parts/signed-out.tsx";
import { PageSkeleton } from "../parts/skeletons.tsx";
import { About } from "../profile/about.tsx";
import { Notices } from "../profile/notices.tsx";
import { OwnData } from "../profile/own-data.tsx";
import { Sessions } from "../profile/sessions.tsx";
import { useProfile } from "../queries/account.ts";
import { useShopTexts } from "../texts/texts.ts";

const Profile = ({ onErased }: { readonly onErased: () => void }) => {
  const { titles } = useShopTexts();
  const { data, error, isError, refetch } = useProfile();
  if (data === undefined && !isError) return <PageSkeleton />;
  return (
    <Stack gap="lg" className="narrow">
      <PageTitle title={titles.profile} />
      {data === undefined ? <Failure error={error} onRetry={() => void refetch()} /> : <About user={data} />}
      <Sessions />
      <Notices />
      <OwnData onErased={onErased} />
    </Stack>
  );
};

/** Who one is to the shop: name, sessions, messages, data. */
export const ProfilePage = () => {
  const { profile, titles } = useShopTexts();
  const session = useSession();
  const [isErased, setErased] = useState(false);
  if (session !== null) return <Profile onErased={() => setErased(true)} />;
  return <SignedOut title={titles.profile} text={isErased ? profile.erased : profile.signedOut} />;
};
