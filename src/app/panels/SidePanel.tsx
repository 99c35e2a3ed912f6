import { ExportSection } from './ExportSection.tsx';
import { GeometrySection } from './GeometrySection.tsx';
import { MatcherSection } from './MatcherSection.tsx';
import { PreprocessingSection } from './PreprocessingSection.tsx';
import { ViewSection } from './ViewSection.tsx';
import './SidePanel.css';

/** The settings in the order of use. */
export function SidePanel() {
  return (
    <aside className="sidePanel" aria-label="Settings">
      <MatcherSection />
      <PreprocessingSection />
      <GeometrySection />
      <ViewSection />
      <ExportSection />
    </aside>
  );
}
