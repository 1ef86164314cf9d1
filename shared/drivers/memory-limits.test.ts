import { limitsConformance } from "../conformance/limits.ts";
import { createMemoryLimits } from "./memory-limits.ts";

limitsConformance(async () => ({ limits: createMemoryLimits(), close: async () => undefined }));
