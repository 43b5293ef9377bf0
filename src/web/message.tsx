/** A message for the person: an error or a notice. */
export interface Message {
  readonly kind: 'error' | 'notice';
  readonly text: string;
}

/** A message. It takes the focus when it appears, because the element with the focus is removed. */
export function MessageBox({ kind, text }: Message) {
  return (
    <p className={kind} tabIndex={-1} ref={(box) => box?.focus()}>
      {text}
    </p>
  );
}
