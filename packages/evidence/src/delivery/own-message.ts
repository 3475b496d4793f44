// What says so by itself. Node and Chromium ("Failed to parse URL", "Failed to execute 'fetch' on 'Window'", "Failed to
// construct 'Request'"), Firefox ("Window.fetch:", "Request constructor:"), Deno and workerd ("Invalid URL:"), Deno
// ("Url scheme", "Fetch failed: Requests to port"). Blocked ports and schemes look like network failures in browsers.
const OWN_MESSAGE =
  /^(Failed to (parse URL|execute '|construct ')|\w+\.fetch: |\w+ constructor: |Invalid URL|Url scheme|Fetch failed: Requests to port)/;

/** Whether the message of a TypeError says by itself that the caller built a request that cannot be sent. */
export function isOwnMessage(message: string): boolean {
  return OWN_MESSAGE.test(message);
}
