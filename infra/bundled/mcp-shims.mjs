/** Stands for the MCP client's platform shims in bundles: its default validator brings a second Ajv, and lib/mcp always gives its own. */
export const CORS_IS_POSSIBLE = false;

export class DefaultJsonSchemaValidator {
  getValidator() {
    throw new Error('no validator was given to the MCP client');
  }
}
