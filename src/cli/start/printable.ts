/** Escapes the control characters of a text, except for its lines: a terminal interprets them. */
export function printableLines(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, escaped);
}

/** Escapes the control characters in all strings of a value, which a file of others can contain. */
export function printable<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === 'string' ? printableLines(member).replaceAll('\n', escaped) : member,
  ) as Value;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
