const REDACTED = 'REDACTED';

/** A scheme and an authority, with the userinfo that must not be shown. */
const USERINFO = /^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i;

/** Most URLs are free of secrets. */
const SENSITIVE = /[@?#]/;

// An apostrophe may be part of a URL, or stand around it.
const URL_IN_TEXT = /[a-z][a-z\d+.-]*:\/\/[^\s"<>]+?(?='?(?:[\s"<>]|$))/gi;

/**
 * Returns a URL for people and logs. It removes userinfo and fragment, and replaces each query value by `REDACTED`
 * unless `showQuery` is set. Keys and signatures travel in queries.
 */
export function redactUrl(url: string, showQuery = false): string {
  if (!SENSITIVE.test(url)) return url;
  const [plain = ''] = url.replace(USERINFO, '$1').split('#', 1);
  const start = plain.indexOf('?');
  if (start < 0 || showQuery) return plain;
  const pairs = plain.slice(start + 1).split('&');
  return `${plain.slice(0, start)}?${pairs.map(redactPair).join('&')}`;
}

/** A text, such as an error's message, with each URL in it redacted. */
export function redactText(text: string): string {
  return text.replace(URL_IN_TEXT, (url) => redactUrl(url));
}

/** A value without a name may be a token, so it goes too. */
function redactPair(pair: string): string {
  const [name, value] = pair.split('=', 2);
  return pair === '' ? '' : value === undefined ? REDACTED : `${name}=${REDACTED}`;
}
