/** Which of two pictures is seen while they are shown in turn. */
import { useEffect, useState } from 'react';

/** @returns false at first and while not blinking, then true and false in turn */
export function useBlink(isBlinking: boolean, intervalMs: number): boolean {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    if (!isBlinking) return;
    const timer = setInterval(() => setOn((before) => !before), intervalMs);
    return () => {
      clearInterval(timer);
      setOn(false);
    };
  }, [isBlinking, intervalMs]);
  return isBlinking && isOn;
}
