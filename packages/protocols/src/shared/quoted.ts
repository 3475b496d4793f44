const LONGEST = 80;

/** A name in backquotes for people: shortened to 80 characters, without the characters that would end the quotes or the line. */
export function quoted(name: string): string {
  const short = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
  return `\`${short.replace(/[`\p{Cc}]/gu, '?')}\``;
}
