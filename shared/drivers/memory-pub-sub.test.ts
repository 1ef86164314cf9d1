import { pubSubConformance } from "../conformance/pub-sub.ts";
import { createMemoryPubSub } from "./memory-pub-sub.ts";

pubSubConformance(
  async () => {
    const pubSub = createMemoryPubSub();
    return { pubSub, other: pubSub, close: () => pubSub.close() };
  },
  { lossy: false, noticesSilence: false },
);
