/** How often we look whether npx still lives. */
const LOOK_EVERY_MS = 1_000;
/** npx, a shell, and `bun run` stand between: more than this is somebody else's. */
const ANCESTORS_MAX = 6;

const parentOf = (pid: number): { readonly pid: number; readonly command: string } | null => {
  const { stdout, exitCode } = Bun.spawnSync(["ps", "-o", "ppid=,args=", "-p", String(pid)]);
  const [, ppid, command] = exitCode === 0 ? (/^\s*(\d+)\s+(.*)/.exec(stdout.toString()) ?? []) : [];
  return ppid === undefined ? null : { pid: Number(ppid), command: command ?? "" };
};

/** The npx among our ancestors, if there is one. */
const findNpx = (): number | null => {
  let pid = process.ppid;
  for (let depth = 0; depth < ANCESTORS_MAX && pid > 1; depth += 1) {
    const parent = parentOf(pid);
    if (parent === null) return null;
    if (/^npm exec\b|\bnpx\b/.test(parent.command)) return pid;
    pid = parent.pid;
  }
  return null;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
};

/**
 * Ends with npx. Ctrl-C reaches the whole group of a terminal, but `kill` of npx ends only npx and its shell: without this the
 * shop would go on unseen and keep its port. Does nothing where we were not started by npx, or where there is no `ps`.
 */
export const stopWithLauncher = (onGone: () => void): void => {
  if (!process.env.npm_config_user_agent?.startsWith("npm/") || process.platform === "win32") return;
  const npx = Bun.which("ps") === null ? null : findNpx();
  if (npx === null) return;
  const timer = setInterval(() => {
    if (isAlive(npx)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
};
