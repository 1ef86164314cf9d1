import "@mantine/core/styles.css";
import "./console.css";
import { showPage } from "../shared/frame.tsx";
import { Console } from "./console.tsx";

showPage(<Console />);
