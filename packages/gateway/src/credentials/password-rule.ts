/** What may be a user's password. */

/** CTP's Password has 40 bytes. */
const MAX_BYTES = 40;
const MIN_LENGTH = 8;
/** Fewer different characters make no password. */
const MIN_DIFFERENT = 4;

/** Why a password is easily guessed, or cannot be sent by a CTP client; undefined where it will do. */
export function passwordFault(password: string, user: string): string | undefined {
  if (new TextEncoder().encode(password).length > MAX_BYTES) return `a password has at most ${MAX_BYTES} bytes`;
  // oxlint-disable-next-line no-control-regex -- what cannot be typed is a mistake
  if (/[\u0000-\u001f\u007f]/.test(password)) return "a password has no control characters";
  const letters = [...password];
  const weak = letters.length < MIN_LENGTH || new Set(letters).size < MIN_DIFFERENT;
  if (!weak && !password.toLowerCase().includes(user.toLowerCase())) return undefined;
  return `this password is too weak: expected at least ${MIN_LENGTH} characters, ${MIN_DIFFERENT} different ones, without the user's name`;
}
