import { type User, type UserManager } from 'oidc-client-ts';
import { useState } from 'react';

import { type ClientConfiguration } from './client-configuration';
import { type Message, MessageBox } from './message';
import { type ApiAnswer, callProtectedApi } from './protected-api';
import { sentenceFor, sentenceForStatus } from './sentences';
import { SessionEndedError } from './session';

export interface DashboardProps {
  readonly user: User;
  readonly message: Message | undefined;
  readonly configuration: ClientConfiguration;
  readonly userManager: UserManager;
  readonly onSignOut: () => void;
  /** Called when nobody is signed in any more, with the reason. */
  readonly onSessionEnd: (message: Message) => void;
}

/** The page of someone who has signed in: who that is, and what the API answers them. */
export function Dashboard({ user, message, configuration, userManager, onSignOut, onSessionEnd }: DashboardProps) {
  const [isCalling, setCalling] = useState(false);
  const [answer, setAnswer] = useState<ApiAnswer>();
  const [problem, setProblem] = useState<string>();
  const { email, sub } = user.profile;

  async function call() {
    setCalling(true);
    setAnswer(undefined);
    setProblem(undefined);
    try {
      const received = await callProtectedApi(userManager, configuration.protectedResourceUrl);
      setAnswer(received);
      setProblem(sentenceForStatus(received.status));
    } catch (error) {
      if (error instanceof SessionEndedError) {
        onSessionEnd({ kind: 'error', text: sentenceFor(error) });
        return;
      }
      setProblem(sentenceFor(error));
    }
    setCalling(false);
  }

  return (
    <>
      <title>Dashboard</title>
      <h1>Dashboard</h1>
      {message && <MessageBox {...message} />}
      <dl>
        <dt>Signed in as</dt>
        <dd>{email ?? sub}</dd>
        <dt>Access token good until</dt>
        <dd>{new Date(user.expires_at! * 1000).toLocaleTimeString([], { timeStyle: 'short' })}</dd>
      </dl>
      <button type="button" aria-disabled={isCalling} onClick={() => void (isCalling || call())}>
        Call Protected API
      </button>
      <div className="answer" role="status">
        {problem !== undefined && <p className="error">{problem}</p>}
        {isCalling && <p className="aside">Calling…</p>}
        {answer && (
          <section aria-label="Answer of the API">
            <h2>Status {answer.status}</h2>
            <pre>
              <code>{indented(answer.body)}</code>
            </pre>
          </section>
        )}
      </div>
      <button type="button" className="secondary" onClick={onSignOut}>
        Sign Out
      </button>
    </>
  );
}

/** Shows JSON one member a line, and anything else as it is. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
