/** Something to tell the person: that it went wrong, or only how it went. */
export interface Message {
  readonly kind: 'error' | 'notice';
  readonly text: string;
}

/** A message that has the focus when it comes, since what the person has just used is gone then. */
export function MessageBox({ kind, text }: Message) {
  return (
    <p className={kind} tabIndex={-1} ref={(box) => box?.focus()}>
      {text}
    </p>
  );
}
