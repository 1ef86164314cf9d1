import "@mantine/core/styles.css";
import "../shared/shared.css";
import "./sandbox.css";
import "./people.css";
import "./guide/guide.css";
import { showPage } from "../shared/frame.tsx";
import { SandboxPage } from "./sandbox-page.tsx";

showPage(<SandboxPage />);
