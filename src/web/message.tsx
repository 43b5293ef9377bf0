/** Something to tell the person: that it went wrong, or only how it went. */
export interface Message {
  readonly kind: 'error' | 'notice';
  readonly text: string;
}

export function MessageBox({ kind, text }: Message) {
  return (
    <p className={kind} role={kind === 'error' ? 'alert' : 'status'}>
      {text}
    </p>
  );
}
