import { FitIcon, MinusIcon, PlusIcon } from '../controls/icons.tsx';
import { useServices } from '../state/AppContext.ts';
import './ZoomButtons.css';

const zoomStep = 1.5;

export function ZoomButtons() {
  const { stage } = useServices();
  const actions = [
    { label: 'Zoom out', icon: <MinusIcon />, act: () => stage.current?.zoomBy(1 / zoomStep) },
    { label: 'Fit both photos', icon: <FitIcon />, act: () => stage.current?.fit() },
    { label: 'Zoom in', icon: <PlusIcon />, act: () => stage.current?.zoomBy(zoomStep) },
  ];
  return (
    <fieldset className="floating zoomButtons" aria-label="Zoom">
      {actions.map(({ label, icon, act }) => (
        <button
          key={label}
          type="button"
          className="button isPlain isIcon"
          aria-label={label}
          title={label}
          onClick={act}
        >
          {icon}
        </button>
      ))}
    </fieldset>
  );
}
