import type { Control, ControlGroup, Framework } from './framework.ts';
import { nistCsf20 } from './nist-csf-2.0/index.ts';
import { nistSsdf11 } from './nist-ssdf-1.1/index.ts';

/** The built-in frameworks, the default first. */
export const frameworks: readonly Framework[] = [nistCsf20, nistSsdf11];

export const frameworkById = (id: string): Framework | undefined => frameworks.find((framework) => framework.id === id);

/** All controls in the framework's own order. */
export const controlsOf = (framework: Framework): readonly Control[] =>
  framework.groups.flatMap((group) => group.categories.flatMap((category) => category.controls));

/** The group (a CSF function, an SSDF practice group) that holds the control; undefined where the framework has no such control. */
export const groupOf = (framework: Framework, controlId: string): ControlGroup | undefined =>
  framework.groups.find((group) =>
    group.categories.some((category) => category.controls.some((control) => control.id === controlId)),
  );
