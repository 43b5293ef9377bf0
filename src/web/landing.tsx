import { type Message, MessageBox } from './message';

interface LandingProps {
  readonly message: Message | undefined;
  /** Path of the dashboard, for someone who is signed in. */
  readonly dashboardPath: string | undefined;
  readonly onSignIn: () => void;
}

/** The page of someone who has not signed in. */
export function Landing({ message, dashboardPath, onSignIn }: LandingProps) {
  return (
    <>
      <title>Authorization code flow</title>
      <h1>Authorization code flow</h1>
      {message && <MessageBox {...message} />}
      {dashboardPath === undefined ? (
        <>
          <p>Sign in at the hosted login of the user pool, then call an API that only your access token opens.</p>
          <button type="button" onClick={onSignIn}>
            Sign in
          </button>
        </>
      ) : (
        <>
          <p>You are signed in.</p>
          <a className="button" href={dashboardPath}>
            Dashboard
          </a>
        </>
      )}
    </>
  );
}
