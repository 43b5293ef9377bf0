import { type User, type UserManager } from 'oidc-client-ts';
import { useEffect, useState } from 'react';

import { type RejectionReason } from '../flow/words';
import { type ClientConfiguration } from './client-configuration';
import { Dashboard } from './dashboard';
import { type FlowRecorder } from './flow/flow-recorder';
import { Landing } from './landing';
import { type Message } from './message';
import { beginSignIn, forgetTokens, hostedLogoutUrl } from './session';

interface AppProps {
  readonly configuration: ClientConfiguration;
  readonly userManager: UserManager;
  /** Who is signed in when the page opens. */
  readonly user: User | null;
  /** The error of the sign-in that has just ended. */
  readonly message: Message | undefined;
  readonly recorder: FlowRecorder;
  /** The other way to get in from which the browser comes back. */
  readonly arrival: RejectionReason | undefined;
}

/** Each tab has its own tokens. A sign-out in one tab signs out all tabs. */
const signOuts = new BroadcastChannel('sign-out');

/** The two pages of the client. */
export function App({
  configuration,
  userManager,
  user: firstUser,
  message: firstMessage,
  recorder,
  arrival,
}: AppProps) {
  const [user, setUser] = useState(firstUser);
  const [message, setMessage] = useState(firstMessage);
  const [isLeaving, setLeaving] = useState(false);
  const dashboardPath = new URL(configuration.redirectUri).pathname;
  const isOnDashboard = location.pathname === dashboardPath;
  const isSignedIn = user !== null;

  useEffect(() => {
    const removals = [
      userManager.events.addUserLoaded(setUser),
      userManager.events.addUserUnloaded(() => {
        setUser(null);
      }),
    ];
    return () => {
      for (const remove of removals) {
        remove();
      }
    };
  }, [userManager]);
  useEffect(() => {
    signOuts.onmessage = () => {
      setMessage({ kind: 'notice', text: 'You signed out in another tab.' });
      void forgetTokens(userManager);
    };
  }, [userManager]);

  if (isLeaving) {
    return <p role="status">Signing out…</p>;
  }
  if (user && isOnDashboard) {
    return (
      <Dashboard
        user={user}
        message={message}
        configuration={configuration}
        userManager={userManager}
        recorder={recorder}
        arrival={arrival}
        onSignOut={() => void signOut()}
        onSessionEnd={setMessage}
      />
    );
  }
  // A remaining query has the code of a sign-in that was started elsewhere.
  if (location.pathname !== '/' && !isSignedIn && location.search === '') {
    history.replaceState(null, '', '/');
  }
  return (
    <Landing
      message={message}
      dashboardPath={isSignedIn ? dashboardPath : undefined}
      onSignIn={() => void beginSignIn(userManager, recorder)}
    />
  );

  async function signOut() {
    const logoutUrl = hostedLogoutUrl(configuration);
    setLeaving(true);
    await forgetTokens(userManager);
    signOuts.postMessage('');
    if (logoutUrl !== undefined) {
      location.assign(logoutUrl);
      return;
    }
    setMessage({
      kind: 'notice',
      text: 'You are signed out of this page. The session of the hosted login stays for up to an hour: until then, Sign in needs no password in this browser.',
    });
    setLeaving(false);
  }
}
