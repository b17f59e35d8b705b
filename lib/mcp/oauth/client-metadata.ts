/** What the program says of itself, in a registration and in its client id metadata document. */
export const clientMetadata = (redirectUri: string) => ({
  client_name: 'Assay',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
});
