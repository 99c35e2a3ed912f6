/** A file's name, cut off in its middle where there is little room: photos of one series differ at the end. */
import './photoName.css';

/** In characters. */
const KEPT_AT_THE_END = 8;

export function PhotoName({ name }: { name: string }) {
  const characters = [...name];
  return (
    <span className="photo-name">
      <span>{characters.slice(0, -KEPT_AT_THE_END).join('')}</span>
      <span>{characters.slice(-KEPT_AT_THE_END).join('')}</span>
    </span>
  );
}
