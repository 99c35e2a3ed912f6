/**
 * The pair of photos with the lines between them, or with what dense matches show of them. The layers change at
 * their own pace: photos and what lies over them with the view, lines with the view and the filters, the highlight
 * with the pointer.
 */
import Konva from 'konva';
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Stage } from 'react-konva';
import { CovisError } from '../reporting/covisError.ts';
import { cssColour, INLIER_COLOUR } from './colourMap.ts';
import { colourModes, legendOfConfidence } from './colourModes.ts';
import { Dividers } from './Dividers.tsx';
import { describeMatch, describeStage, sayMatch } from './describeMatch.ts';
import { colourOfFlow, describeFlow, flowUnder } from './flowUnder.ts';
import { HighlightLayer } from './HighlightLayer.tsx';
import { FADED_OPACITY, LineLayer } from './LineLayer.tsx';
import type { LinePicture } from './LinePainter.ts';
import { MatchReadout } from './MatchReadout.tsx';
import { OverlayLayer } from './OverlayLayer.tsx';
import { PhotoLayer } from './PhotoLayer.tsx';
import type { PhotoPoint } from './relationMarks.ts';
import { StageLegend } from './StageLegend.tsx';
import { savePicture } from './savePicture.ts';
import { commandForKey, HOLD_HELP, isHoldKey, KEYS_HELP, type StageCommand } from './stageKeys.ts';
import { layoutPair } from './stageLayout.ts';
import type { PairStageHandle, PairStageProps } from './stageProps.ts';
import { useElementSize } from './useElementSize.ts';
import { useLines } from './useLines.ts';
import { useMatchFinder } from './useMatchFinder.ts';
import { useOverlay } from './useOverlay.ts';
import { usePixelRatio } from './usePixelRatio.ts';
import { listMarks, useRelationMarks } from './useRelationMarks.ts';
import { useStageGestures } from './useStageGestures.ts';
import { useViewport } from './useViewport.ts';
import { centreOn, contains, FIT, panBy, type ScreenPoint, toScreen, toStage, zoomAt } from './viewport.ts';
import { stepMatch } from './visibleLines.ts';
import './pairStage.css';

/** How far from the pointer a line may be to count as under it. */
const REACH_PX = 8;
const NO_PICTURES: readonly LinePicture[] = [];

/** A finger is less exact. */
const TAP_REACH_PX = 16;

export function PairStage(props: PairStageProps & { readonly ref?: Ref<PairStageHandle> }) {
  const { photo0, photo1, matches, geometry, view, dense, denseView, theme, highlighted, onHighlight, ref } =
    props;
  const container = useRef<HTMLDivElement>(null);
  const photoLayer = useRef<Konva.Layer>(null);
  const overlayLayer = useRef<Konva.Layer>(null);
  const highlightLayer = useRef<Konva.Layer>(null);

  const size = useElementSize(container);
  const pixelRatio = usePixelRatio();
  // Konva reads this when it makes a layer; the stage below is made anew when the ratio changes.
  Konva.pixelRatio = pixelRatio;

  // Another theme is another function, so that what is drawn on the ground is drawn again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colour itself comes from the style sheet
  const ground = useCallback(() => getComputedStyle(container.current!).backgroundColor, [theme]);

  const [width0, height0] = [photo0?.width, photo0?.height];
  const [width1, height1] = [photo1?.width, photo1?.height];
  const layout = useMemo(
    () => layoutPair(size, extentOf(width0, height0), extentOf(width1, height1)),
    [size, width0, height0, width1, height1],
  );
  const photoSizes = useMemo(() => {
    const [extent0, extent1] = [extentOf(width0, height0), extentOf(width1, height1)];
    return extent0 && extent1 && ([extent0, extent1] as const);
  }, [width0, height0, width1, height1]);
  const [viewport, changeViewport] = useViewport(layout, [photo0?.image, photo1?.image]);
  const showsLines = denseView.mode === 'matches';
  const lines = useLines(photo0 && photo1 ? matches : null, geometry, view, layout, viewport, pixelRatio);

  /** Where the pointer hovers; null when it does not, or the match was chosen by finger, keyboard or from outside. */
  const [pointer, setPointer] = useState<ScreenPoint | null>(null);
  const [announcement, setAnnouncement] = useState('');
  const { overlay, divider, moveDivider, hold } = useOverlay(denseView);

  const findMatch = useMatchFinder(lines, geometry?.relation ?? null, viewport, layout, photoSizes);
  const hovering = useRef(false);
  // What is under a resting pointer changes with the view and the filters, too.
  useEffect(() => {
    let found: number | null = null;
    if (pointer) {
      if (showsLines) found = findMatch(pointer, REACH_PX);
    } else if (!hovering.current) return;
    hovering.current = pointer !== null;
    if (found !== highlighted) onHighlight(found);
  }, [pointer, findMatch, showsLines, highlighted, onHighlight]);

  /** Highlights a match that is not the one under the mouse. */
  const choose = (index: number | null) => {
    hovering.current = false;
    setPointer(null);
    if (index !== highlighted) onHighlight(index);
  };

  useStageGestures(container, {
    pan: (dx, dy) => changeViewport((current, on) => panBy(current, dx, dy, on)),
    zoom: (factor, point) => changeViewport((current, on) => zoomAt(current, factor, point, on)),
    look: setPointer,
    tap: (point) => {
      const found = showsLines ? findMatch(point, TAP_REACH_PX) : null;
      if (found === null) setPointer(point);
      else choose(found);
    },
  });

  const endsOf = (index: number): readonly [ScreenPoint, ScreenPoint] => [
    toScreen(viewport, lines.ends[4 * index]!, lines.ends[4 * index + 1]!),
    toScreen(viewport, lines.ends[4 * index + 2]!, lines.ends[4 * index + 3]!),
  ];
  // Those of dense matches can still be stepped through while they are not drawn.
  const pictures = showsLines ? lines.pictures : NO_PICTURES;
  const stageBox = { x: 0, y: 0, ...size };

  const step = (direction: 1 | -1) => {
    const index = stepMatch(highlighted, direction, lines.selection.limit, (k) => !lines.isDrawn(k));
    if (index === null || !matches || !photo0 || !photo1) return;
    if (!endsOf(index).some((end) => contains(stageBox, end))) {
      const [x, y] = [lines.ends[4 * index]!, lines.ends[4 * index + 1]!];
      changeViewport((current, on) => centreOn(current, x, y, on));
    }
    setAnnouncement(sayMatch(describeMatch(index, matches, geometry, photo0, photo1)));
    choose(index);
  };

  const middle = { x: size.width / 2, y: size.height / 2 };
  const handle: PairStageHandle = {
    fit: () => changeViewport(() => FIT),
    zoomBy: (factor) => changeViewport((current, on) => zoomAt(current, factor, middle, on)),
    panBy: (dx, dy) => changeViewport((current, on) => panBy(current, dx, dy, on)),
    marks: () => (layout ? listMarks(marks, layout, viewport) : null),
    toPng: async (ratio = pixelRatio) => {
      const [photos, marks] = [photoLayer.current, highlightLayer.current];
      if (!photos || !marks) {
        throw new CovisError(
          'export',
          'nothing-shown',
          'There is nothing to save yet; open two photos first.',
        );
      }
      return await savePicture({
        photos: [photos, overlayLayer.current].filter((layer) => layer !== null),
        highlight: marks,
        pictures,
        lineOpacity: stepsBack ? FADED_OPACITY : 1,
        size,
        background: ground(),
        pixelRatio: ratio,
      });
    },
  };
  useImperativeHandle(ref, () => handle);

  const obey = (command: StageCommand) => {
    switch (command.type) {
      case 'pan':
        return handle.panBy(command.dx, command.dy);
      case 'zoom':
        return handle.zoomBy(command.factor);
      case 'fit':
        return handle.fit();
      case 'step':
        return step(command.direction);
      case 'clear':
        return choose(null);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isHoldKey(event)) {
      hold(true);
      return;
    }
    const command = commandForKey(event);
    if (!command) return;
    event.preventDefault();
    obey(command);
  };

  const looked =
    highlighted !== null && matches && photo0 && photo1 && lines.isDrawn(highlighted)
      ? {
          index: highlighted,
          ends: endsOf(highlighted),
          description: describeMatch(highlighted, matches, geometry, photo0, photo1),
          colour: lines.colourOf(highlighted),
        }
      : null;
  const marks = useRelationMarks(
    geometry && (showsLines || dense?.byHomography) ? geometry.relation : null,
    layout &&
      photoSizes && {
        layout,
        viewport,
        photos: photoSizes,
        pointer,
        match:
          looked && matches
            ? {
                ends: looked.ends,
                points: [
                  pointOf(0, matches.keypoints0, looked.index),
                  pointOf(1, matches.keypoints1, looked.index),
                ],
              }
            : null,
        reachPx: REACH_PX,
      },
  );
  const stepsBack = looked !== null || (marks !== null && marks.lines.length > 0);
  const flow =
    dense && !dense.byHomography && layout && pointer && photo0 && photo1 && !showsLines
      ? flowUnder(dense, layout, [photo0, photo1], toStage(viewport, pointer))
      : null;
  const pointed = flow && {
    ends: flow.ends.map(({ x, y }) => toScreen(viewport, x, y)),
    description: describeFlow(flow, photo0!, photo1!),
    colour: colourOfFlow(flow),
  };
  const marked = looked ?? pointed;
  const anchor = marked && (pointer ?? marked.ends.find((end) => contains(stageBox, end)) ?? middle);
  const { selection } = lines;
  const drawsLines = pictures.length > 0 && selection.shown + selection.dimmed > 0;
  const legend =
    matches && drawsLines
      ? colourModes[view.colourBy].legend({ matches, geometry })
      : dense && overlay?.kind === 'certainty'
        ? legendOfConfidence('Certainty')
        : null;
  const label = describeStage(
    photo0,
    photo1,
    matches?.confidence.length ?? null,
    selection.shown + selection.dimmed,
  );

  return (
    <div
      ref={container}
      className="pair-stage"
      data-theme={theme}
      data-looking={pointer !== null && (marked !== null || (marks !== null && marks.sources.length > 0))}
      role="application"
      aria-roledescription="photo pair"
      aria-label={`${label}. ${KEYS_HELP}${denseView.mode === 'warp' ? ` ${HOLD_HELP}` : ''}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application region takes the keyboard itself
      tabIndex={0}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => isHoldKey(event) && hold(false)}
      onBlur={() => hold(false)}
    >
      {layout && (
        <Stage
          key={pixelRatio}
          className="pair-stage-canvas"
          width={size.width}
          height={size.height}
          listening={false}
        >
          <PhotoLayer
            ref={photoLayer}
            photo0={photo0}
            photo1={photo1}
            layout={layout}
            viewport={viewport}
            pixelRatio={pixelRatio}
            theme={theme}
          />
          {dense && overlay && (
            <OverlayLayer
              ref={overlayLayer}
              dense={dense}
              overlay={overlay}
              layout={layout}
              viewport={viewport}
              ground={ground}
            />
          )}
          <LineLayer pictures={pictures} faded={stepsBack} />
          <HighlightLayer
            ref={highlightLayer}
            ends={marked?.ends ?? null}
            colour={marked?.colour ?? INLIER_COLOUR}
            marks={marks}
          />
        </Stage>
      )}
      <StageLegend legend={legend} marks={marks} />
      {dense && layout && photo0 && photo1 && denseView.mode === 'warp' && denseView.compare === 'swipe' && (
        <Dividers
          names={[photo0.name, photo1.name]}
          layout={layout}
          viewport={viewport}
          share={divider}
          onMove={moveDivider}
        />
      )}
      {marked && anchor && (
        <MatchReadout
          description={marked.description}
          colour={cssColour(marked.colour)}
          anchor={anchor}
          stage={size}
        />
      )}
      <div className="pair-stage-announcement" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}

function pointOf(side: 0 | 1, points: Float32Array, index: number): PhotoPoint {
  return { side, x: points[2 * index]!, y: points[2 * index + 1]! };
}

function extentOf(width: number | undefined, height: number | undefined) {
  return width === undefined || height === undefined ? null : { width, height };
}
