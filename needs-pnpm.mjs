// Runs on the machine's own Node, which may be older than the one of the workspace. npm, yarn and bun cannot install
// this workspace.
if (!process.env.npm_config_user_agent?.startsWith('pnpm/')) {
  const script = process.env.npm_lifecycle_event?.replace(/^pre/, '') ?? 'install';
  console.error(`This workspace is installed by pnpm. Run: npx --yes pnpm@12 ${script}`);
  process.exit(1);
}
