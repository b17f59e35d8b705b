import { framework, frameworkParams, frameworks } from '../../../lib/contract/api/frameworks.ts';
import type { Framework } from '../../../lib/frameworks/framework.ts';
import { frameworks as builtIn, controlsOf, frameworkById } from '../../../lib/frameworks/index.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';

const headOf = ({ id, version, title, publisher, licence }: Framework) => ({ id, version, title, publisher, licence });

const groupsOf = ({ groups }: Framework) =>
  groups.map((group) => ({
    ...group,
    categories: group.categories.map((category) => ({
      ...category,
      controls: category.controls.map((control) => ({ ...control, capabilities: [...control.capabilities] })),
    })),
  }));

export const routes = [
  route({
    method: 'GET',
    path: '/frameworks',
    auth: 'bearer',
    summary: 'The frameworks that a run can assess, the default first.',
    response: frameworks,
    handle: async () => ({
      body: {
        items: builtIn.map((one) => ({ ...headOf(one), controls: controlsOf(one).length })),
        nextCursor: null,
      },
    }),
  }),
  route({
    method: 'GET',
    path: '/frameworks/{frameworkId}',
    auth: 'bearer',
    summary: 'One framework with its controls: what each asks, and what evidence would show it.',
    params: frameworkParams,
    response: framework,
    handle: async ({ params: { frameworkId } }) => {
      const found = frameworkById(frameworkId);
      if (found === undefined) throw new ApiError('NOT_FOUND', 'There is no such framework.');
      return { body: { ...headOf(found), groups: groupsOf(found) } };
    },
  }),
];
