import { type FormEvent, useRef } from 'react';
import { token } from './token.ts';

/** Asks who somebody is, where the server wants to know. */
export const SignIn = () => {
  const field = useRef<HTMLInputElement>(null);
  const wasRefused = token.get() !== null;
  const enter = (event: FormEvent) => {
    event.preventDefault();
    if (!field.current?.value.trim()) return;
    token.set(field.current.value);
    // Whatever was asked without it, or with another, is asked again.
    window.location.reload();
  };
  return (
    <main id="main" className="sign-in">
      <form onSubmit={enter}>
        <h1>Who are you?</h1>
        {wasRefused && <p role="alert">The token that you gave is not taken: it may have expired, or been revoked.</p>}
        <div className="field">
          <label htmlFor="token">Token or API key</label>
          <input id="token" ref={field} type="password" autoComplete="off" spellCheck={false} required />
        </div>
        <p className="hint">It stays in this tab, and goes with it.</p>
        <button type="submit" className="primary">
          Go on
        </button>
      </form>
    </main>
  );
};

/** Leaves, where somebody said who they are. */
export const SignOut = () => {
  if (token.get() === null) return null;
  const leave = () => {
    token.forget();
    window.location.reload();
  };
  return (
    <button type="button" className="sign-out" onClick={leave}>
      Sign out
    </button>
  );
};
