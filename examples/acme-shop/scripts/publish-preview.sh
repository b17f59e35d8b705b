#!/bin/sh
set -eu
docker compose --project-name "preview-$PULL_REQUEST" up --detach
gh pr comment "$PULL_REQUEST" --body "Preview: http://preview-$PULL_REQUEST.office.acme-shop.example"
