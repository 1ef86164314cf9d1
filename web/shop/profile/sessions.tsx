import { Badge, Button, Skeleton, Text } from "@mantine/core";
import type { Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { Failure } from "../../shared/states.tsx";
import { useEndSession, useSessions } from "../queries/account.ts";
import { useShopTexts } from "../texts/texts.ts";

const SessionRow = ({ session }: { readonly session: Schemas["Session"] }) => {
  const { profile } = useShopTexts();
  const { moment } = useFormat();
  const ending = useEndSession();
  const { id, current, device, place, lastUsedAt } = session;
  return (
    <li className="order-row">
      <div>
        {device}
        <Text size="sm" c="dimmed">
          {[place, profile.lastUsed(moment(lastUsedAt))].filter(Boolean).join(" · ")}
        </Text>
        {ending.isError && <Failure error={ending.error} />}
      </div>
      {current ? (
        <Badge variant="outline">{profile.thisOne}</Badge>
      ) : (
        <Button
          variant="default"
          loading={ending.isPending}
          aria-label={profile.endOf(device)}
          onClick={() => ending.mutate(id)}
        >
          {profile.end}
        </Button>
      )}
    </li>
  );
};

/** Where the account is signed in, and the way to end what is not wanted. */
export const Sessions = () => {
  const { profile } = useShopTexts();
  const sessions = useSessions();
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions" className="section-title">
        {profile.sessions}
      </h2>
      {sessions.isPending && <Skeleton height={60} />}
      {sessions.isError && <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul className="plain-list order-rows">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </section>
  );
};
