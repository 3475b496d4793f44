/** The origin of a URL, or the value itself if it isn't a URL. */
export function originOf(url: unknown): string {
  try {
    return new URL(String(url)).origin;
  } catch {
    return String(url);
  }
}

/** Where follow-redirects connects to, which may be a proxy. */
export function addressOf({ protocol, hostname, host, port }: Readonly<Record<string, unknown>>): string {
  return [protocol, hostname, host, port].join();
}

/** Whether a response names another URL than the one that was asked for. */
export function isElsewhere(answered: string, asked: string): boolean {
  return bareUrl(answered) !== bareUrl(asked);
}

/** Without what a client keeps for itself. */
function bareUrl(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.hash = parsed.username = parsed.password = '';
    return parsed.href;
  } catch {
    return url;
  }
}
