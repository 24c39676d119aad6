import type { PuzzlePiece } from '@strapi/icons';
import { forwardRef, type SVGProps } from 'react';
import { useTheme } from 'styled-components';

/** A tag with an arrow around it. Areas only: Strapi fills an icon, with a colour of its theme. */
const Drawing = forwardRef<SVGSVGElement, SVGProps<SVGSVGElement>>(
  ({ fill = 'currentColor', ...props }, ref) => {
    const colors: Readonly<Record<string, string>> = { ...useTheme().colors };
    return (
      <svg
        ref={ref}
        xmlns="http://www.w3.org/2000/svg"
        viewBox="0 0 24 24"
        width="1em"
        height="1em"
        fill={colors[fill] ?? fill}
        aria-hidden
        {...props}
      >
        <path d="M21.8 13.4A9.9 9.9 0 1 1 19.4 5.4L18 6.7A8 8 0 1 0 19.9 13.1Z" />
        <path d="M21.9 2.5L21.7 9.4L15.1 8Z" />
        <path
          fillRule="evenodd"
          d="M7.4 8.2a.8.8 0 0 1 .8-.8h4.3l4.6 4.6a.8.8 0 0 1 0 1.1l-3.9 3.9a.8.8 0 0 1-1.1 0L7.4 12.5ZM10 11.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4Z"
        />
      </svg>
    );
  },
);
Drawing.displayName = 'PluginIcon';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Strapi wants the type of its own icons
export const PluginIcon: typeof PuzzlePiece = Drawing as typeof PuzzlePiece;
